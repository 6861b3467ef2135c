package dev.holdfast.gateway.health;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.holdfast.config.Check.Step;
import dev.holdfast.gateway.health.Prober.Answer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends and waits, step by step. What came after a match stays for the next step. Reads a bounded
 * number of bytes in all.
 */
final class StepsTalk extends SimpleChannelInboundHandler<ByteBuf> implements Attempt.Waits {
  /** Bytes that are read at most. */
  static final int MOST_BYTES = 16 << 10;

  private final List<Step> steps;
  private int next;
  private int read;
  private ByteBuf got = Unpooled.EMPTY_BUFFER;

  StepsTalk(List<Step> steps) {
    this.steps = steps;
  }

  /** True if the last thing is said by us, so that a reset could destroy it. */
  boolean endsSending() {
    return isSend(steps.get(steps.size() - 1));
  }

  private static boolean isSend(Step step) {
    return step.kind() == Step.Kind.SEND || step.kind() == Step.Kind.SEND_HEX;
  }

  @Override
  public String forWhat() {
    if (next >= steps.size() || isSend(steps.get(next))) {
      return "sending step " + (next + 1);
    }
    return "step "
        + (next + 1)
        + " expects "
        + Excerpt.of(steps.get(next).text())
        + (got.isReadable() ? ", got " + Excerpt.of(got) : "");
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    got = context.alloc().buffer(256, MOST_BYTES);
    goOn(context);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) {
    got.release();
    got = Unpooled.EMPTY_BUFFER;
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
    int room = Math.min(bytes.readableBytes(), MOST_BYTES - read);
    read += room;
    got.discardReadBytes();
    got.writeBytes(bytes, room);
    goOn(context);
    if (next < steps.size() && read == MOST_BYTES) {
      end(context, CheckCode.L7RSP, forWhat() + " in the first " + MOST_BYTES + " bytes");
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    end(context, CheckCode.L7RSP, "closed, " + forWhat());
  }

  private void goOn(ChannelHandlerContext context) {
    @Nullable ChannelFuture sent = null;
    while (next < steps.size()) {
      Step step = steps.get(next);
      if (isSend(step)) {
        sent = context.writeAndFlush(Unpooled.wrappedBuffer(step.bytes()));
      } else if (!found(step)) {
        return;
      }
      next++;
    }
    if (sent == null) {
      end(context, CheckCode.L7OK, "");
    } else {
      sent.addListener(
          done -> {
            if (done.isSuccess()) {
              end(context, CheckCode.L7OK, "");
            } else {
              context.fireExceptionCaught(done.cause());
            }
          });
    }
  }

  /** Takes what is expected, and all before it, if it has come. */
  private boolean found(Step step) {
    if (step.kind() == Step.Kind.EXPECT_REGEX) {
      String text = got.toString(StandardCharsets.ISO_8859_1);
      Matcher matcher = Pattern.compile(step.text()).matcher(text);
      if (matcher.find()) {
        got.skipBytes(matcher.end());
        return true;
      }
      return false;
    }
    ByteBuf wanted = Unpooled.wrappedBuffer(step.bytes());
    int at = ByteBufUtil.indexOf(wanted, got);
    if (at < 0) {
      return false;
    }
    got.readerIndex(at + wanted.readableBytes());
    return true;
  }

  private static void end(ChannelHandlerContext context, CheckCode code, String detail) {
    context.fireUserEventTriggered(new Answer(code, detail));
  }
}
