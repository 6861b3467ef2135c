package dev.holdfast.chronicle;

import dev.holdfast.directory.ClusterView;
import dev.holdfast.store.Store;
import dev.holdfast.store.Table;
import dev.holdfast.time.ControlLoop;
import dev.holdfast.words.NodeName;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the list of what happened, see the package. State belongs to the control loop; {@link
 * #book} may be asked by any thread.
 */
public final class Chronicle {
  /** The one row. */
  public static final Table<Book> TABLE = new Table<>("chronicle", Book.class);

  /** The steps of this room. */
  public static final List<Class<?>> STEPS = List.of(ChronicleStep.class);

  private static final String KEY = "book";
  private static final Duration RECONCILE = Duration.ofSeconds(5);

  /** Looks in a row at which a node that does not lead proposes what nobody else did. */
  private static final int PATIENCE = 3;

  private static final int MOST_NOTED = 100;
  private static final Set<String> OWN =
      Set.of("node", "health", "admin", "table", "limit", "panic");
  private static final Logger LOG = LoggerFactory.getLogger(Chronicle.class);

  private final Store store;
  private final ControlLoop loop;
  private final NodeName self;
  private final List<Supplier<List<Fact>>> more = new CopyOnWriteArrayList<>();
  private final List<Consumer<List<Happening>>> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, Integer> looks = new HashMap<>();
  private final Deque<Fact> noted = new ArrayDeque<>();
  private volatile Book book = Book.EMPTY;
  private long told;
  private int shorter;
  private boolean known;
  private boolean asking;
  private boolean majority = true;
  private long lostAtMs;
  private ControlLoop.@Nullable Timer timer;
  private Store.@Nullable Subscription hints;

  /** A chronicle that has not begun. */
  public Chronicle(Store store, ControlLoop loop, NodeName self) {
    this.store = store;
    this.loop = loop;
    this.self = self;
  }

  /** Begins to follow the list. Any thread. */
  public void start() {
    loop.execute(
        () -> {
          hints = store.onChange(TABLE, key -> read());
          timer = loop.every(RECONCILE, this::read);
          read();
        });
  }

  /** Ends without a word. Any thread. */
  public void close() {
    loop.execute(
        () -> {
          if (timer != null) {
            timer.cancel();
            timer = null;
            hints.cancel();
          }
        });
  }

  /** What happened, as far as this node knows. Any thread. */
  public Book book() {
    return book;
  }

  /**
   * Calls back on the control loop with what happened, each once and in order; id 0 is what this
   * node alone knows and the list may tell later. Any thread.
   */
  public Store.Subscription onNews(Consumer<List<Happening>> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** Asks these too what is so, at each look on the control loop. Any thread. */
  public void watch(Supplier<List<Fact>> facts) {
    more.add(facts);
  }

  /** A new view of the cluster. On the control loop. */
  public void look(ClusterView view) {
    mind(view.majority());
    if (timer == null || !known || asking || !view.majority()) {
      return;
    }
    List<Fact> facts = new ArrayList<>(Facts.of(view, book));
    more.forEach(each -> facts.addAll(each.get()));
    boolean leads = self.equals(view.leader());
    Set<String> subjects = facts.stream().map(Fact::subject).collect(Collectors.toSet());
    looks.keySet().retainAll(subjects);
    List<Fact> news = new ArrayList<>();
    for (Fact fact : facts) {
      if (!book.lacks(fact)) {
        looks.remove(fact.subject());
      } else if (leads || looks.merge(fact.subject(), 1, Integer::sum) >= PATIENCE) {
        news.add(fact);
      }
    }
    news.addAll(noted);
    noted.clear();
    List<String> gone = leads ? gone(subjects) : List.of();
    if (!news.isEmpty() || !gone.isEmpty()) {
      propose(news, gone);
    }
  }

  private List<String> gone(Set<String> subjects) {
    return book.states().keySet().stream()
        .filter(subject -> OWN.contains(subject.split("/", 2)[0]) && !subjects.contains(subject))
        .toList();
  }

  private void propose(List<Fact> news, List<String> gone) {
    asking = true;
    store
        .step(TABLE, KEY, new ChronicleStep(news, loop.wallMs(), gone, book))
        .onComplete(
            answer -> {
              asking = false;
              if (answer.succeeded() && answer.result() != null) {
                adopt(answer.result());
              } else { // the next look finds what still lacks, but for what was noted
                news.stream().filter(fact -> fact.kind().equals("majority")).forEach(noted::add);
              }
            });
  }

  /** What no list can say while it lasts. */
  private void mind(boolean now) {
    if (majority == now) {
      return;
    }
    majority = now;
    if (!now) {
      lostAtMs = loop.wallMs();
      tell(List.of(own("lost", "node " + self + " sees no majority")));
      return;
    }
    String text =
        "node %s saw no majority for %d s".formatted(self, (loop.wallMs() - lostAtMs) / 1000);
    if (noted.size() < MOST_NOTED) {
      noted.add(
          new Fact("majority", "majority/" + self, Long.toString(lostAtMs), false, text, null));
    }
  }

  private Happening own(String state, String text) {
    return new Happening(0, loop.wallMs(), "majority", "majority/" + self, state, text, null);
  }

  private void read() {
    if (timer == null) {
      return;
    }
    store
        .read(TABLE, KEY)
        .onSuccess(
            row -> {
              known = true;
              if (row != null) {
                adopt(row);
              }
            });
  }

  /** Takes the row. A shorter one is late, or, if it stays, that of the larger side of a merge. */
  private void adopt(Book row) {
    shorter = row.last() < book.last() ? shorter + 1 : 0;
    if (row.equals(book) || shorter == 1) {
      return;
    }
    boolean first = book.last() == 0 && told == 0;
    book = row;
    if (first) {
      told = row.last(); // what was before this node is history, not news
      return;
    }
    List<Happening> news = row.after(Math.min(told, row.last()));
    told = row.last();
    news.forEach(one -> LOG.debug("Happened id={} text={}", one.id(), one.text()));
    tell(news);
  }

  private void tell(List<Happening> news) {
    if (!news.isEmpty()) {
      listeners.forEach(listener -> listener.accept(news));
    }
  }
}
