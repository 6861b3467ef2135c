package dev.holdfast.admin;

/** Signals of a node in good order. */
final class GoodSignals implements Signals {
  @Override
  public Signal ready() {
    return new Signal(true, "READY", null);
  }

  @Override
  public Signal route() {
    return new Signal(true, "READY", null);
  }
}
