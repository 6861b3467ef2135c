package dev.holdfast.ledger;

import dev.holdfast.words.NodeName;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the owner tells a node.
 *
 * @param term the term that rules
 * @param incarnation of the process that asked
 * @param sequence of the request that is answered
 * @param otherTerm the request named another term than the one that rules; all below means nothing
 * @param granted what the node may hold
 * @param starving others stand in line
 * @param over more is lent than the limit allows
 * @param free permits that could be lent now
 * @param share the limit divided by the nodes that hold a grant or stand in line
 * @param limit of the scope
 * @param limitRevision that the limit came with
 * @param complete the term is complete
 * @param few policy available: the term is not complete and a minority has reported in it, so
 *     nobody has heard the sender by this answer
 * @param lent what each node may hold
 */
record LedgerAnswer(
    Term term,
    long incarnation,
    long sequence,
    boolean otherTerm,
    int granted,
    boolean starving,
    boolean over,
    int free,
    int share,
    int limit,
    long limitRevision,
    boolean complete,
    boolean few,
    Map<NodeName, Integer> lent) {
  LedgerAnswer {
    lent = Collections.unmodifiableSortedMap(new TreeMap<>(lent));
  }

  static LedgerAnswer otherTerm(Term rules, LedgerRequest request) {
    return new LedgerAnswer(
        rules,
        request.node().incarnation(),
        request.sequence(),
        true,
        0,
        false,
        false,
        0,
        0,
        0,
        0,
        false,
        false,
        Map.of());
  }
}
