package kinetone.data;

import java.util.List;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.scene.Combinations;
import kinetone.scene.Facts;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;

/** Sounding scenes as training clips. */
public final class SceneSource implements ClipSource {
  private final SceneGenerator generator;
  private final long count;
  private final Combinations combinations;

  /** The scenes 0 to {@code count − 1} of the world of {@code seed}. */
  public SceneSource(ClipFormat format, SceneMix mix, long seed, long count) {
    this(format, mix, seed, count, Combinations.ALL);
  }

  /** As many scenes, only those that have the combinations that are asked for. */
  public SceneSource(
      ClipFormat format, SceneMix mix, long seed, long count, Combinations combinations) {
    this.generator = new SceneGenerator(format, mix, seed);
    this.count = count;
    this.combinations = combinations;
  }

  @Override
  public long size() {
    return count;
  }

  @Override
  public Clip clip(long index) {
    return generator.scene(number(index)).clip();
  }

  @Override
  public List<String> labels() {
    return SceneKind.labels();
  }

  @Override
  public int label(long index) {
    return labels().indexOf(generator.kind(number(index)).label());
  }

  @Override
  public boolean hasCaptions() {
    return true;
  }

  /** The caption of clip {@code index}. */
  @Override
  public String caption(long index) {
    return generator.captions(number(index), 1).get(0);
  }

  /** What is true of clip {@code index}. */
  public Facts facts(long index) {
    return generator.facts(number(index));
  }

  private long number(long index) {
    return combinations.number(generator, index);
  }
}
