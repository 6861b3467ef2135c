package dev.holdfast.epoch;

import dev.holdfast.words.NodeId;
import dev.holdfast.words.ServerName;
import dev.holdfast.words.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Where a node has a source: by sessions, connecting ones too, or by what it saw within the ttl.
 *
 * @param source whose
 * @param live servers of its sessions
 * @param recent servers on which it was seen within the ttl
 */
public record Claim(Source source, Set<ServerName> live, Set<ServerName> recent) {
  private static final int CHUNK_BYTES = 240 * 1024;

  /**
   * Claims of one node for one change, or some of them; at most 256 KiB as a row.
   *
   * @param claims in no order
   */
  public record Chunk(List<Claim> claims) {}

  /**
   * A node's word that it holds the slots of a change and that its claims are stored.
   *
   * @param change the one
   * @param node who
   * @param chunks rows of its claims
   */
  public record Ack(ChangeId change, NodeId node, int chunks) {}

  /** Splits claims so that none of the rows is larger than 256 KiB. */
  static List<Chunk> chunks(List<Claim> claims) {
    List<Chunk> chunks = new ArrayList<>();
    List<Claim> some = new ArrayList<>();
    int bytes = 0;
    for (Claim claim : claims) {
      // texts of a source and of the names at their longest, and the names of the fields
      int size = 96 + 68 * (claim.live().size() + claim.recent().size());
      if (bytes + size > CHUNK_BYTES) {
        chunks.add(new Chunk(List.copyOf(some)));
        some.clear();
        bytes = 0;
      }
      some.add(claim);
      bytes += size;
    }
    if (!some.isEmpty()) {
      chunks.add(new Chunk(List.copyOf(some)));
    }
    return chunks;
  }
}
