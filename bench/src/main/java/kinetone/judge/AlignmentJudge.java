package kinetone.judge;

import java.nio.file.Path;
import java.util.List;
import kinetone.codec.AudioCodec;
import kinetone.codec.AudioLayout;
import kinetone.codec.Codecs;
import kinetone.codec.LatentCodec;
import kinetone.common.Check;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.align.AlignmentPairs;
import kinetone.feature.cavp.Cavp;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.metric.AlignAccuracy;
import kinetone.pipeline.ModelIndex;
import kinetone.signal.ClipTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Judges whether sound and picture belong together, of any model's clips and of real ones: sound is
 * coded anew, so that nobody is judged by latents of their own. Make it outside of scopes.
 */
public final class AlignmentJudge implements AutoCloseable {
  private final ModelIndex index;
  private final LatentCodec<AudioCodec> codec;
  private final Cavp features;
  private final AlignmentClassifier classifier;
  private final AlignmentPairs.Config pairs;

  /**
   * A judge with the spectrograms, codec and picture features of a model of the system mdsgen.
   *
   * @param model its folder
   * @param classifier folder of a classifier that was trained on clean latents of that codec
   * @param window pictures that the classifier sees at once
   */
  public AlignmentJudge(Path model, Path classifier, int window) {
    index = ModelIndex.read(model);
    codec = Codecs.openAudio(model.resolve("audio_codec"));
    AudioLayout layout = codec.codec().layout();
    Check.that(
        layout.frequencies().isPresent(),
        "%s has no codec of spectrograms, which the classifier of alignment hears",
        model);
    features = Cavp.FOLDER.load(model.resolve("cavp"));
    this.classifier = AlignmentClassifier.FOLDER.load(classifier);
    pairs = new AlignmentPairs.Config(window, 1, latentsPerFrame(index.format(), layout, window));
    codec.codec().module().eval();
    features.eval();
    Check.within("window", window, 1, index.format().frames());
    AlignmentConfig wanted = this.classifier.config();
    Check.that(
        wanted.latentChannels() == codec.statistics().channels()
            && wanted.features() == features.config().width()
            && wanted.frames() >= window,
        "%s is for %d latent channels and %d features of at most %d pictures, %s gives %d and %d of"
            + " %d",
        classifier,
        wanted.latentChannels(),
        wanted.features(),
        wanted.frames(),
        model,
        codec.statistics().channels(),
        features.config().width(),
        window);
    Check.that(
        wanted.wasTrainedOn(pairs.shape()),
        "%s was trained on %s, a window of %d pictures has %d latents; judge it in the shape that"
            + " it was trained in",
        classifier,
        wanted.trainedOnWords(),
        window,
        pairs.latents());
  }

  /**
   * A window of all pictures has all of the sound, which may be longer: 64 latents for 32 pictures
   * of the paper's MDSGen, though 62 is what their time would give.
   */
  private static double latentsPerFrame(ClipFormat format, AudioLayout sound, int window) {
    return window == format.frames()
        ? (double) sound.time().latents(format.samples()) / window
        : format.sampleRate() / format.framesPerSecond() / sound.time().boundary(1);
  }

  /** Pictures that are looked at, from the first on. */
  public int window() {
    return pairs.window();
  }

  /** How long their sound is. */
  public double seconds() {
    return pairs.window() / index.format().framesPerSecond();
  }

  /** Pictures of a clip outside of the window: by how many sound may come too early at most. */
  public int slack() {
    return index.format().frames() - pairs.window();
  }

  /** Whether {@code sound} belongs to {@code pictures}, both in the format of the model. */
  public AlignAccuracy judge(Video pictures, Audio sound) {
    return judge(pictures, sound, 0);
  }

  /**
   * The same with sound that comes too early.
   *
   * @param frames by how many pictures, up to {@link #slack()}
   */
  public AlignAccuracy judge(Video pictures, Audio sound, int frames) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor heard =
          codec.encode(ClipTensors.audio(List.of(Clip.of(sound)), index.format().samples()));
      Tensor seen = features.encodeVideo(ClipTensors.unitVideo(List.of(Clip.of(pictures))));
      AlignmentPairs pair = AlignmentPairs.early(heard, seen, pairs, frames);
      Tensor logits = classifier.forward(pair.latent(), pair.features(), torch.zeros(1));
      return AlignAccuracy.of(Tensors.toFloats(logits.sigmoid()));
    }
  }

  @Override
  public void close() {
    codec.close();
    features.close();
    classifier.close();
  }
}
