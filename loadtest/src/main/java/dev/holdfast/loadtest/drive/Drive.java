package dev.holdfast.loadtest.drive;

import dev.holdfast.loadtest.io.Lane;
import dev.holdfast.loadtest.measure.Latency;
import dev.holdfast.loadtest.measure.Meter;
import dev.holdfast.loadtest.measure.Sample;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;

/** Runs a plan on lanes of this process. One thread steers it: start, samples, stop, close. */
public final class Drive implements Crew {
  /** Up to so many sources are told with their server, for whoever merges several processes. */
  public static final int FEW_SOURCES = 1024;

  private final List<Place> places = new ArrayList<>();
  private final Stickiness stickiness;
  private final Origins origins;

  private record Place(Lane lane, Meter meter, List<Crowd> crowds) {}

  /** Prepares; nothing is sent before {@link #start}. */
  public Drive(Plan plan) {
    origins = new Origins(plan);
    stickiness = new Stickiness(origins.count());
    for (int i = 0; i < plan.lanes(); i++) {
      Lane lane = Lane.start("load-" + i);
      Meter meter = new Meter();
      lane.onLateness(nanos -> meter.took(Latency.OWN_DELAY, nanos));
      Plan part = plan.part(i, plan.lanes());
      Crowd.Seat seat =
          new Crowd.Seat(
              lane,
              meter,
              stickiness,
              origins,
              plan.greeting(),
              plan.rampMs() * 1_000_000,
              part.share(),
              part.shares());
      List<Crowd> crowds = part.crowds().stream().map(crowd -> Crowd.of(seat, crowd)).toList();
      places.add(new Place(lane, meter, crowds));
    }
  }

  @Override
  public void start() {
    each(crowd -> crowd.start(System.nanoTime()));
  }

  @Override
  public void stop() {
    each(crowd -> crowd.stop(System.nanoTime()));
  }

  @FunctionalInterface
  private interface Step {
    void on(Crowd crowd);
  }

  private void each(Step step) {
    for (Place place : places) {
      place.lane.run(
          () -> {
            for (Crowd crowd : place.crowds) {
              step.on(crowd);
            }
          });
    }
  }

  @Override
  public boolean isOver() throws InterruptedException {
    for (Place place : places) {
      try {
        if (!place.lane.ask(() -> place.crowds.stream().allMatch(Crowd::isOver))) {
          return false;
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a lane failed", e);
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
    return true;
  }

  @Override
  public Sample sample() {
    return Sample.sum(places.stream().map(place -> place.meter.sample()).toList());
  }

  @Override
  public Seen seen() {
    return new Seen(
        stickiness.sourcesByServer(),
        stickiness.serverBySource(FEW_SOURCES, origins),
        stickiness.firstFault());
  }

  @Override
  public void close() {
    places.forEach(place -> place.lane.close());
  }
}
