package kinetone.recipe;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.data.ClipLoader;
import kinetone.data.ClipSource;
import kinetone.data.ClipTensors;
import kinetone.latent.CodecFolder;
import kinetone.latent.LatentStatistics;
import kinetone.latent.TrainableCodec;
import kinetone.latent.loss.CodecObjective;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.metric.LogMelDistance;
import kinetone.metric.Psnr;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.train.DataOrder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Trains one codec on clips. */
final class CodecTask implements Recipe.RecipeTask {
  private static final int HELD_OUT = 16;
  private static final int STATISTICS_CLIPS = 256;

  /** What the codec codes. */
  enum Signal {
    VIDEO,
    AUDIO
  }

  private final Signal signal;
  private final TrainableCodec codec;
  private final CodecObjective objective;
  private final ClipFormat format;
  private final int batch;
  private final Device device;
  private final ClipSource training;
  private final ClipLoader loader;
  private final List<Clip> heldOut = new ArrayList<>();

  CodecTask(
      Signal signal,
      TrainableCodec codec,
      CodecObjective objective,
      DataConfig data,
      ClipFormat format,
      int batch,
      long seed,
      Device device) {
    this.signal = signal;
    this.codec = codec;
    this.objective = objective;
    this.format = format;
    this.batch = batch;
    this.device = device;
    training = data.open(format);
    DataOrder order = new DataOrder(seed, training.size());
    loader = new ClipLoader(training, order::index, 1, 2 * batch);
    ClipSource others = data.openHeldOut(format);
    for (int i = 0; i < Math.min(HELD_OUT, others.size()); i++) {
      heldOut.add(others.clip(i));
    }
  }

  @Override
  public List<Phase> phases() {
    return List.of(new Phase("codec", codec.module(), this::loss));
  }

  private Value loss(long step, int microBatch, Rng rng) {
    // Micro batches follow each other in the stream of examples.
    long first = (step + microBatch) * batch;
    return objective.of(tensor(loader.clips(first, batch)), rng);
  }

  private Tensor tensor(List<Clip> clips) {
    Tensor cpu =
        switch (signal) {
          case VIDEO -> ClipTensors.video(clips);
          case AUDIO -> ClipTensors.audio(clips, format.samples());
        };
    return cpu.to(device, cpu.scalar_type());
  }

  @Override
  public Map<String, Double> validate() {
    double total = 0;
    for (Clip clip : heldOut) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        Tensor decoded = codec.decode(codec.encode(tensor(List.of(clip)))).get(0);
        total +=
            switch (signal) {
              case VIDEO ->
                  -Psnr.of(
                      clip.video().orElseThrow(),
                      ClipTensors.toVideo(decoded, format.framesPerSecond()));
              case AUDIO ->
                  LogMelDistance.of(
                      clip.audio().orElseThrow(), ClipTensors.toAudio(decoded, format));
            };
      }
    }
    Map<String, Double> figures = new LinkedHashMap<>();
    figures.put(
        signal == Signal.VIDEO ? "negative PSNR (dB)" : "log-mel L1", total / heldOut.size());
    return figures;
  }

  @Override
  public void export(Path folder) {
    CodecFolder.save(folder, codec, statistics());
  }

  private LatentStatistics statistics() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      List<Tensor> latents = new ArrayList<>();
      long count = Math.min(STATISTICS_CLIPS, training.size());
      for (long i = 0; i < count; i++) {
        try (TensorScope one = TensorScope.open()) {
          latents.add(one.keep(codec.encode(tensor(List.of(training.clip(i))))));
        }
      }
      return LatentStatistics.of(
          torch.cat(new TensorVector(latents.toArray(Tensor[]::new)), 0).cpu());
    }
  }

  @Override
  public void close() {
    loader.close();
  }
}
