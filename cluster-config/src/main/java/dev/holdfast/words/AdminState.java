package dev.holdfast.words;

/** What an operator wants of a server. */
public enum AdminState {
  /** Takes new sources and keeps its own. */
  READY,
  /** Takes no new sources; its sessions end by themselves or at a pace. */
  DRAIN,
  /** Out of use: takes nobody, checks do not run. */
  MAINT
}
