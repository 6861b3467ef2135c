package dev.holdfast.gateway.health;

import dev.holdfast.gateway.health.Prober.Answer;
import dev.holdfast.gateway.health.Prober.Question;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.BindException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One check on its way: connect, our header if the pool sends one, TLS if the check uses it, then
 * the conversation. The first outcome counts and closes the connection, by a reset where nothing is
 * under way, so that thousands of checks leave no port in TIME_WAIT. Confined to its loop.
 *
 * <p>Stands last in the pipeline, so what nobody took before fails here.
 */
final class Attempt extends ChannelInboundHandlerAdapter {
  private final Question question;
  private final @Nullable SslContext tls;
  private final @Nullable ChannelHandler conversation;
  private final Consumer<Answer> answered;
  private @Nullable Channel channel;
  private CheckCode tooLate = CheckCode.L4TOUT;
  private CheckCode broken = CheckCode.L4CON;
  private boolean done;

  /**
   * An attempt that has not begun.
   *
   * @param tls null without TLS
   * @param conversation what follows, null for nothing
   */
  Attempt(
      Question question,
      @Nullable SslContext tls,
      @Nullable ChannelHandler conversation,
      Consumer<Answer> answered) {
    this.question = question;
    this.tls = tls;
    this.conversation = conversation;
    this.answered = answered;
  }

  /** The system made no connection. */
  void failed(Throwable cause) {
    boolean late = cause instanceof ConnectTimeoutException;
    String words = String.valueOf(cause.getMessage()).replaceFirst(": [^:]*:\\d+$", "");
    end(
        isOurs(cause) ? CheckCode.SOCKERR : late ? CheckCode.L4TOUT : CheckCode.L4CON,
        late ? "" : words.replaceFirst("^.*\\(\\.\\.\\) failed( with error\\(-\\d+\\))?: ", ""));
  }

  /** No descriptor or no local port: that says nothing of the server. */
  private static boolean isOurs(Throwable cause) {
    String words = String.valueOf(cause.getMessage());
    return cause instanceof ChannelException
        || cause instanceof BindException
        || words.contains("Cannot assign requested address");
  }

  /**
   * The connection stands.
   *
   * @param header what goes before all else, null for nothing
   * @param leftNanos until it is too late
   */
  void connected(Channel connection, @Nullable ByteBuf header, long leftNanos) {
    channel = connection;
    if (header != null) {
      connection.writeAndFlush(header);
    }
    if (tls != null) {
      tooLate = CheckCode.L6TOUT;
      broken = CheckCode.L6RSP;
      SslHandler shake = tls.newHandler(connection.alloc(), serverName(), question.port());
      shake.setHandshakeTimeoutMillis(0); // ours counts
      connection.pipeline().addBefore(connection.pipeline().lastContext().name(), null, shake);
    } else if (conversation != null) {
      talk();
    } else {
      end(CheckCode.L4OK, "");
      return;
    }
    connection.config().setAutoRead(true);
    connection.eventLoop().schedule(this::late, leftNanos, TimeUnit.NANOSECONDS);
  }

  private String serverName() {
    String configured = question.check().tls().serverName();
    return configured == null ? question.host() : configured;
  }

  private void talk() {
    tooLate = CheckCode.L7TOUT;
    broken = CheckCode.L7RSP;
    channel.pipeline().addBefore(channel.pipeline().lastContext().name(), null, conversation);
  }

  private void late() {
    if (done) {
      return;
    }
    String waitsFor = conversation instanceof Waits waits ? waits.forWhat() : "";
    end(tooLate, tooLate == CheckCode.L7TOUT ? waitsFor : "");
  }

  /** A conversation that can say what it waits for. */
  interface Waits {
    /** For people, may be empty. */
    String forWhat();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent shaken) {
      if (!shaken.isSuccess()) {
        end(CheckCode.L6RSP, words(shaken.cause()));
      } else if (conversation == null) {
        end(CheckCode.L6OK, "");
      } else {
        talk();
      }
    } else if (event instanceof Answer answer) {
      end(answer.code(), answer.detail());
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end(broken, "closed " + (broken == CheckCode.L6RSP ? "in the handshake" : "too early"));
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    end(broken, words(cause));
  }

  private static String words(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String words = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    return Excerpt.of(words);
  }

  private void end(CheckCode code, String detail) {
    if (done) {
      return;
    }
    done = true;
    if (channel != null) {
      close(channel, code);
    }
    answered.accept(new Answer(code, detail));
  }

  private void close(Channel open, CheckCode code) {
    boolean sending =
        code == CheckCode.L7OK && conversation instanceof StepsTalk talk && talk.endsSending();
    if (!sending && open.isActive()) {
      open.config().setOption(ChannelOption.SO_LINGER, 0);
    }
    open.pipeline().firstContext().close(); // past TLS, which would wait for the other side
  }
}
