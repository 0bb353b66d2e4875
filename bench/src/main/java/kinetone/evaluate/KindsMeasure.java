package kinetone.evaluate;

import kinetone.media.Clip;
import kinetone.media.ReadOptions;

/**
 * Whether the classifiers of pictures and of sound name the same kind of scene: one row, 1 or 0. Of
 * clips with both tracks.
 */
final class KindsMeasure implements Measure {
  private final SceneNetwork picture;
  private final SceneNetwork sound;

  KindsMeasure(SceneNetwork picture, SceneNetwork sound) {
    this.picture = picture;
    this.sound = sound;
  }

  @Override
  public String id() {
    return "kinds-%s-%s".formatted(picture.id(), sound.id());
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return sound.reading(picture.reading(plain));
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.video().isEmpty() || clip.audio().isEmpty()) {
      return new double[0][];
    }
    String seen = picture.kind(clip);
    return new double[][] {{seen.equals(sound.kind(clip)) ? 1 : 0}};
  }
}
