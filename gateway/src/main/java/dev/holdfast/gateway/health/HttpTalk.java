package dev.holdfast.gateway.health;

import dev.holdfast.config.Check.Http;
import dev.holdfast.gateway.health.Prober.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Sends one request and looks at its answer: the status, then the body if that matters. */
final class HttpTalk extends SimpleChannelInboundHandler<HttpObject> implements Attempt.Waits {
  /** Bytes of a body that are looked at. */
  static final int MOST_BYTES = 64 << 10;

  private static final int MOST_LINE = 4 << 10;
  private static final int MOST_HEADERS = 16 << 10;
  private static final int CHUNK = 8 << 10;

  private final Http http;
  private final String host;
  private int status;
  private ByteBuf body = Unpooled.EMPTY_BUFFER;

  /**
   * A request to come.
   *
   * @param host what the request says where nothing is configured
   */
  HttpTalk(Http http, String host) {
    this.http = http;
    this.host = host;
  }

  @Override
  public String forWhat() {
    return status == 0 ? "no answer" : "status " + status + ", the body has not ended";
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    body = context.alloc().buffer(256, MOST_BYTES);
    context
        .pipeline()
        .addBefore(context.name(), null, new HttpClientCodec(MOST_LINE, MOST_HEADERS, CHUNK));
    FullHttpRequest request =
        new DefaultFullHttpRequest(
            HttpVersion.HTTP_1_1, HttpMethod.valueOf(http.method()), http.path());
    request
        .headers()
        .set(HttpHeaderNames.HOST, http.host() == null ? host : http.host())
        .set(HttpHeaderNames.USER_AGENT, "holdfast-check")
        .set(HttpHeaderNames.ACCEPT, "*/*")
        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    if (http.method().startsWith("P")) {
      request.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, 0);
    }
    context.writeAndFlush(request);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    body.release();
    body = Unpooled.EMPTY_BUFFER;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject part) {
    if (part.decoderResult().isFailure()) {
      end(context, CheckCode.L7RSP, "not HTTP");
      return;
    }
    if (part instanceof HttpResponse response) {
      answered(context, response);
    }
    if (part instanceof HttpContent content && status != 0 && http.body() != null) {
      look(context, http.body(), content);
    }
  }

  private void answered(ChannelHandlerContext context, HttpResponse response) {
    int code = response.status().code();
    boolean accepted = http.accepts(code);
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL && !accepted) {
      return; // the answer follows
    }
    status = code;
    if (!accepted) {
      end(context, CheckCode.L7STS, Excerpt.of(code + " " + response.status().reasonPhrase()));
    } else if (http.body() == null) {
      end(context, CheckCode.L7OK, Integer.toString(code));
    }
  }

  private void look(ChannelHandlerContext context, String wanted, HttpContent content) {
    ByteBuf more = content.content();
    body.writeBytes(more, Math.min(more.readableBytes(), body.maxWritableBytes()));
    ByteBuf text = Unpooled.copiedBuffer(wanted, StandardCharsets.UTF_8);
    if (ByteBufUtil.indexOf(text, body) >= 0) {
      end(context, CheckCode.L7OK, Integer.toString(status));
    } else if (content instanceof LastHttpContent || body.maxWritableBytes() == 0) {
      end(context, CheckCode.L7RSP, missing(wanted));
    }
  }

  private String missing(String wanted) {
    return "body without \"" + Excerpt.of(wanted) + "\", got " + Excerpt.of(body);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    @Nullable String wanted = http.body();
    end(
        context,
        CheckCode.L7RSP,
        status == 0 || wanted == null ? "closed before it answered" : missing(wanted));
  }

  private static void end(ChannelHandlerContext context, CheckCode code, String detail) {
    context.fireUserEventTriggered(new Answer(code, detail));
  }
}
