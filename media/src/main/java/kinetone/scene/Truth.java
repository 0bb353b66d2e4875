package kinetone.scene;

import java.util.List;

/**
 * What is known about a scene because it was made so.
 *
 * @param kind what happens
 * @param facts all that words can say
 * @param events all audible instants in order of time; for kinds with {@link SceneKind#impacts()}
 *     there is no other sound than theirs
 * @param sources for each frame the place the sound comes from; with several sounding things, the
 *     one whose event is nearest in time
 * @param caption the facts in one of many wordings, see {@link Captions}
 */
public record Truth(
    SceneKind kind, Facts facts, List<Event> events, List<Position> sources, String caption) {
  /** Copies the lists. */
  public Truth {
    events = List.copyOf(events);
    sources = List.copyOf(sources);
  }

  /** The times in seconds of the sparse, sharp impacts among the events. */
  public double[] impactTimes() {
    return events.stream().filter(Event::impact).mapToDouble(Event::time).toArray();
  }
}
