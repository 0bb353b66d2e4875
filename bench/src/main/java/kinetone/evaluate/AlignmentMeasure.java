package kinetone.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.feature.align.AlignmentConfig;
import kinetone.judge.AlignmentJudge;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.media.Video;
import kinetone.metric.AlignAccuracy;
import kinetone.pipeline.ModelIndex;

/**
 * Whether a classifier takes the sound of a clip for that of its pictures: one row, 1 or 0. Of
 * clips with both tracks that are as long as what it was trained on. Use it outside of scopes.
 */
final class AlignmentMeasure implements Measure, AutoCloseable {
  private static final String[] PARTS = {"audio_codec", "cavp"};

  private final Path classifier;
  private final Path model;
  private ModelIndex index;
  private AlignmentJudge judge;

  AlignmentMeasure(Path classifier, Path model) {
    this.classifier = classifier;
    this.model = model;
  }

  @Override
  public Optional<String> missing() {
    for (Path folder : new Path[] {classifier, model}) {
      if (!Files.exists(folder)) {
        return Optional.of("a classifier of alignment with its model, and there is no " + folder);
      }
    }
    return Optional.empty();
  }

  @Override
  public String id() {
    StringBuilder id = new StringBuilder("aligned-1-");
    id.append(ComponentFolder.weightsSha256(classifier), 0, 16);
    for (String part : PARTS) {
      id.append('-').append(ComponentFolder.weightsSha256(model.resolve(part)), 0, 8);
    }
    return id.toString();
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    ModelIndex wanted = index();
    return plain
        .withPictures(
            wanted.format().width(), wanted.format().height(), wanted.pictures().reading())
        .withFramesPerSecond(wanted.format().framesPerSecond())
        .withSampleRate(wanted.format().sampleRate())
        .withMono();
  }

  private ModelIndex index() {
    if (index == null) {
      index = ModelIndex.read(model);
    }
    return index;
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.video().isEmpty() || clip.audio().isEmpty()) {
      return new double[0][];
    }
    Video pictures = clip.video().get();
    Audio sound = clip.audio().get();
    if (judge == null) {
      AlignmentConfig config = ComponentFolder.config(classifier, AlignmentConfig.class);
      judge =
          new AlignmentJudge(
              model,
              classifier,
              config.trained() == null ? config.frames() : config.trained().frames());
    }
    if (pictures.frames() < judge.window() || sound.seconds() < judge.seconds()) {
      return new double[0][];
    }
    AlignAccuracy verdict = judge.judge(pictures, sound);
    return new double[][] {{verdict.share()}};
  }

  @Override
  public void close() {
    if (judge != null) {
      judge.close();
    }
  }
}
