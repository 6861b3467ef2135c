package dev.holdfast.gateway.survey;

import dev.holdfast.admin.answer.SessionAnswer;
import dev.holdfast.gateway.path.LiveSessions;
import dev.holdfast.gateway.session.NodePlace;
import dev.holdfast.gateway.session.SessionView;
import dev.holdfast.words.NodeName;
import io.vertx.core.Future;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers for the sessions of this node. Any thread. */
final class Respondent {
  private static final Logger LOG = LoggerFactory.getLogger(Respondent.class);

  private final NodeName self;
  private final LiveSessions live;

  Respondent(NodeName self, LiveSessions live) {
    this.self = self;
    this.live = live;
  }

  Future<Reply> answer(Question question) {
    return switch (question.ask()) {
      case HELLO -> Future.succeededFuture(Reply.count(0));
      case PAGE ->
          live.page(question.filter(), question.id(), question.limit())
              .map(page -> Reply.sessions(page.stream().map(this::told).toList()));
      case COUNT -> live.count(question.filter()).map(Reply::count);
      case CLOSE -> close(question);
      case CLOSE_ONE ->
          live.end(String.valueOf(question.id()), 'K').map(found -> Reply.count(found ? 1 : 0));
      case SOURCES -> live.heaviest(question.filter(), question.limit()).map(Reply::sources);
    };
  }

  private Future<Reply> close(Question question) {
    return live.count(question.filter())
        .map(
            count -> {
              live.end(question.filter(), Duration.ofMillis(question.withinMs()), 'K')
                  .onSuccess(
                      ended -> LOG.info("Sessions were closed by an operator count={}", ended));
              return Reply.count(count);
            });
  }

  private SessionAnswer told(SessionView view) {
    return new SessionAnswer(
        self.value() + NodePlace.MARK + view.id(),
        self,
        view.listener(),
        view.pool(),
        view.server(),
        view.state().name(),
        text(view.client()),
        view.source(),
        view.local() == null ? null : text(view.local()),
        view.target() == null ? null : text(view.target()),
        view.ageMs(),
        view.idleMs(),
        view.bytesIn(),
        view.bytesOut(),
        view.proxy() == null ? null : text(view.proxy()),
        view.told().uniqueId(),
        view.told().authority());
  }

  private static String text(InetSocketAddress address) {
    String host = address.getAddress().getHostAddress();
    int scope = host.indexOf('%');
    String bare = scope < 0 ? host : host.substring(0, scope);
    return (bare.indexOf(':') >= 0 ? "[" + bare + "]:" : bare + ":") + address.getPort();
  }
}
