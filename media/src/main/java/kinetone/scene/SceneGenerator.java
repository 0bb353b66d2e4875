package kinetone.scene;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kinetone.common.Check;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.Video;

/**
 * An endless, indexed collection of sounding scenes. {@link #scene} is a pure function of the seed
 * and the index: the order of calls and the number of threads change nothing. What happens and when
 * depends on the clip's length in seconds, not on its size or rates.
 *
 * @param format shape and rates of every scene
 * @param mix how often each kind occurs
 * @param seed number of the collection
 */
public record SceneGenerator(ClipFormat format, SceneMix mix, long seed) {
  /** The shortest scene in seconds: shorter ones have no room for an impact and its silence. */
  public static final double MIN_SECONDS = 0.6;

  private static final int MIN_SIDE = 16;
  private static final int MIN_SAMPLE_RATE = 1000;
  private static final double SILENCE = 0.0012;

  /** Checks that scenes fit the format: sizes, rates, and tracks of equal length to a frame. */
  public SceneGenerator {
    Check.atLeast("scene width", format.width(), MIN_SIDE);
    Check.atLeast("scene height", format.height(), MIN_SIDE);
    Check.atLeast("scene sample rate", format.sampleRate(), MIN_SAMPLE_RATE);
    Check.that(
        Math.abs(format.videoSeconds() - format.audioSeconds()) <= 1 / format.framesPerSecond(),
        "scene pictures last %.3f s and sound %.3f s, must agree to within a frame: use %d samples",
        format.videoSeconds(),
        format.audioSeconds(),
        Math.round(format.videoSeconds() * format.sampleRate()));
    Check.atLeast(
        "scene seconds", Math.min(format.videoSeconds(), format.audioSeconds()), MIN_SECONDS);
  }

  /** The kind of the scene with the given number, which is not drawn. Thread-safe. */
  public SceneKind kind(long index) {
    return mix.pick(random(index).nextDouble());
  }

  private SplittableRandom random(long index) {
    Check.that(index >= 0, "scene index = %d, must not be negative", index);
    return new SplittableRandom(scramble(seed) ^ scramble(~index));
  }

  /** The scene with the given number, 0 or more. Thread-safe. */
  public Scene scene(long index) {
    var random = random(index);
    var kind = mix.pick(random.nextDouble());
    var look = random.split();
    var happening = random.split();
    var noise = random.split();
    var words = random.split();
    var backdrop = Backdrop.draw(look);
    var actors = actors(kind, happening, backdrop);
    var canvas = new Canvas(format.width(), format.height());
    byte[] rgb = pictures(kind, backdrop, actors, canvas);
    var clip =
        Clip.of(
            new Video(
                rgb, format.frames(), format.width(), format.height(), format.framesPerSecond()),
            Audio.mono(sound(actors, noise), format.sampleRate()));
    var facts = facts(kind, backdrop, actors);
    return new Scene(clip, truth(facts, actors, canvas, Captions.draw(facts, words)));
  }

  /** What is true of the scene with the given number, which is not drawn. Thread-safe. */
  public Facts facts(long index) {
    var random = random(index);
    var kind = mix.pick(random.nextDouble());
    var look = random.split();
    var happening = random.split();
    var backdrop = Backdrop.draw(look);
    return facts(kind, backdrop, actors(kind, happening, backdrop));
  }

  /**
   * Captions of the scene with the given number, which is not drawn, the first that of its truth.
   * Wordings may repeat. Thread-safe.
   */
  public List<String> captions(long index, int count) {
    var random = random(index);
    random.nextDouble();
    for (int i = 0; i < 3; i++) {
      random.split();
    }
    var words = random.split();
    var facts = facts(index);
    return IntStream.range(0, count).mapToObj(i -> Captions.draw(facts, words)).toList();
  }

  private static Facts facts(SceneKind kind, Backdrop backdrop, List<Actor> actors) {
    return new Facts(kind, actors.stream().map(Actor::thing).toList(), backdrop.place());
  }

  private List<Actor> actors(SceneKind kind, SplittableRandom random, Backdrop backdrop) {
    double seconds = format.videoSeconds();
    return switch (kind) {
      case BALL ->
          random.nextDouble() < 0.7 || seconds < 1.5
              ? List.of(Ball.one(random, backdrop, seconds))
              : Ball.two(random, backdrop, seconds);
      case BELL -> List.of(new Pendulum(random, backdrop, seconds));
      case FOOTSTEPS -> List.of(new Walker(random, backdrop, seconds));
      case KEYS -> List.of(new Keys(random, backdrop, 0.08, 0.92, random.nextInt(4, 7), seconds));
      case SIREN -> List.of(new Siren(random, seconds));
      case RAIN -> List.of(new Rain(random, backdrop, 1, seconds));
      case FIRE -> List.of(new Fire(random, random.nextDouble(0.35, 0.65), 1.15, 1, seconds));
      case WHEEL -> List.of(new Wheel(random, backdrop, seconds));
      case WAVES -> List.of(new Waves(random, backdrop, seconds));
      case BALL_IN_RAIN ->
          List.of(new Rain(random, backdrop, 0.3, seconds), Ball.one(random, backdrop, seconds));
      case KEYS_BY_FIRE ->
          List.of(
              new Fire(random, 0.18, 0.75, 0.3, seconds),
              new Keys(random, backdrop, 0.4, 0.94, 4, seconds));
    };
  }

  private byte[] pictures(SceneKind kind, Backdrop backdrop, List<Actor> actors, Canvas canvas) {
    if (kind == SceneKind.WAVES) {
      backdrop.wall(canvas, 0.6);
    } else {
      backdrop.paint(canvas);
    }
    actors.forEach(actor -> actor.prepare(canvas));
    int frame = format.width() * format.height() * 3;
    byte[] rgb = new byte[Math.multiplyExact(format.frames(), frame)];
    for (int k = 0; k < format.frames(); k++) {
      canvas.clear();
      for (var actor : actors) {
        actor.draw(canvas, k / format.framesPerSecond());
      }
      canvas.store(rgb, k * frame);
    }
    return rgb;
  }

  private float[] sound(List<Actor> actors, SplittableRandom random) {
    var track = new SoundTrack(format.samples(), format.sampleRate());
    // A faint room tone: no recording is digitally silent, and logarithms of nothing have no value.
    track.noise(Filter.lowPass(900, 0.5, format.sampleRate()), t -> SILENCE, random);
    for (var actor : actors) {
      actor.sound(track, random.split());
    }
    return track.finish();
  }

  private Truth truth(Facts facts, List<Actor> actors, Canvas canvas, String caption) {
    var events = new ArrayList<Event>();
    for (var actor : actors) {
      events.addAll(actor.events());
    }
    events.sort(Comparator.comparingDouble(Event::time));
    var sources = new ArrayList<Position>();
    for (int k = 0; k < format.frames(); k++) {
      double time = k / format.framesPerSecond();
      sources.add(nearest(actors, time).source(canvas, time));
    }
    return new Truth(facts.kind(), facts, events, sources, caption);
  }

  /** The actor whose event is nearest in time; impacts drown everything else. */
  private static Actor nearest(List<Actor> actors, double time) {
    Actor best = actors.get(actors.size() - 1);
    double distance = Double.POSITIVE_INFINITY;
    for (var actor : actors) {
      var events = actor.events();
      if (events.isEmpty() || !events.get(0).impact()) {
        continue;
      }
      double gap = Math.abs(events.get(Actor.nearest(events, time)).time() - time);
      if (gap < distance) {
        distance = gap;
        best = actor;
      }
    }
    return best;
  }

  /** The finaliser of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long scramble(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
