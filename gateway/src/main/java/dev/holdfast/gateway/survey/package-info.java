/**
 * What all nodes know together and none alone: live sessions and the heaviest sources.
 *
 * <p>Start at {@link dev.holdfast.gateway.survey.Survey}, which asks; {@link
 * dev.holdfast.gateway.survey.Respondent} answers for its own node over the event bus. The bus is a
 * hint channel: a question may be lost, an answer may be late. So each node has a bound, one that
 * does not answer is named as missing, and nothing is remembered between two questions. A question
 * to close may be answered late and is still carried out: the caller is told that it is not known.
 *
 * <p>Who writes: nobody, nothing is shared. Run twice: a listing is the same, a close finds fewer.
 * The asker dies: nodes that were told to close go on. The node asked dies: it is missing, its
 * sessions ended with it. It sleeps: missing, and closes when it wakes. Split: nodes of the other
 * side are missing.
 *
 * <p>Decision, 2026-11-27: a page is asked node by node in the order of names, and its cursor is
 * the id of its last session: sessions of a node are in the order of their ids, so what comes and
 * goes between two pages shifts nothing. The price is one round trip a node; rejected: asking all
 * at once for the page, which moves so many answers as there are nodes to use one.
 */
@NullMarked
package dev.holdfast.gateway.survey;

import org.jspecify.annotations.NullMarked;
