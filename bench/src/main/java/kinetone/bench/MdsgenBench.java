package kinetone.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.model.mdsgen.MdsgenPresets;
import kinetone.pipeline.ProgressListener;
import kinetone.tensor.Engine;
import kinetone.vocoder.HiFiGanConfig;
import org.bytedeco.pytorch.Device;

/**
 * The efficiency table of MDSGen (Pham, Ton, Yoo 2025, table 9) on this machine: one sound by
 * itself, from noise to samples, as the released code makes it, with AudioLDM's autoencoder and
 * vocoder and DPM-Solver++. Every size is measured in a process of its own, so that its peak of
 * memory is its own. Linux.
 */
public final class MdsgenBench {
  /**
   * The figures.
   *
   * @param steps denoising steps
   * @param guidance whether every step ran the network twice
   * @param repeats of which medians are given
   * @param threads one operation may use
   * @param device the networks were on: cpu or cuda
   * @param precision of matrix products of the denoiser: fp32 or bf16
   * @param guidedPasses whether the two passes of a step were one batch: joined or apart
   * @param tf32 whether the GPU might round the factors of float32 products
   * @param samplesOfSound in one sound; AudioLDM's vocoder makes 16 000 a second
   * @param sizes a row for each
   */
  public record Report(
      int steps,
      boolean guidance,
      int repeats,
      int threads,
      String device,
      String precision,
      String guidedPasses,
      boolean tf32,
      long samplesOfSound,
      List<Row> sizes) {
    /** Copies the list. */
    public Report {
      sizes = List.copyOf(sizes);
    }
  }

  /**
   * A size.
   *
   * @param parameters of the denoiser that generation uses, as the paper counts
   * @param autoencoderParameters with the encoder
   * @param sampleSeconds sum of the three
   * @param peakMebibytes of the process that held the three networks
   */
  public record Row(
      String size,
      long parameters,
      long autoencoderParameters,
      long vocoderParameters,
      double denoiserSeconds,
      double autoencoderSeconds,
      double vocoderSeconds,
      double sampleSeconds,
      double peakMebibytes) {}

  /**
   * Our side of a comparison with another program.
   *
   * @param parameters of the denoiser that generation uses
   * @param denoiserSeconds median of a sample
   * @param denoiserCpuSeconds of all threads, likewise
   * @param peakMebibytes of the process that held the denoiser
   */
  public record Compared(
      String size,
      long parameters,
      int steps,
      boolean guidance,
      int repeats,
      int threads,
      double denoiserSeconds,
      double denoiserCpuSeconds,
      double peakMebibytes) {}

  private MdsgenBench() {}

  /**
   * Measures sizes with random weights.
   *
   * @param sizes "t", "s", "b", "l" or any other NAME of a preset mdsgen-NAME-audioldm
   * @param steps denoising steps, at least 2
   * @param guidance whether every step runs the network twice
   * @param repeats of which medians are given
   * @param compute where and how
   * @param progress hears size by size
   */
  public static Report run(
      List<String> sizes,
      int steps,
      boolean guidance,
      int repeats,
      Compute compute,
      ProgressListener progress) {
    Check.that(!sizes.isEmpty(), "no size was given; use for example t");
    List<MdsgenJob> jobs =
        sizes.stream().map(size -> job(size, steps, guidance, repeats, compute, null)).toList();
    return run(jobs, progress);
  }

  /**
   * Denoises with the weights and from the noise in {@code folder}, and leaves the latents there;
   * {@code goldens/bench/mdsgen_speed.py} is the other side.
   *
   * @param size of the weights
   */
  public static Compared compare(
      Path folder, String size, int steps, boolean guidance, int repeats) {
    Path path = new MdsgenComparison(folder).folder().toAbsolutePath();
    return measured(
        job(size, steps, guidance, repeats, Compute.CPU, path.toString()), Compared.class);
  }

  static Report run(List<MdsgenJob> jobs, ProgressListener progress) {
    List<Row> rows = new ArrayList<>();
    for (MdsgenJob job : jobs) {
      rows.add(measured(job, Row.class));
      progress.progress("mdsgen", rows.size(), jobs.size());
    }
    MdsgenJob first = jobs.get(0);
    Device device = first.compute().open();
    return new Report(
        first.steps(),
        first.guidance(),
        first.repeats(),
        first.threads(),
        device.is_cuda() ? "cuda" : "cpu",
        first.compute().precision().on(device).name().toLowerCase(Locale.ROOT),
        first.compute().joins(device) ? "joined" : "apart",
        first.compute().tf32(),
        first.vocoder().samples(first.frames()),
        rows);
  }

  private static MdsgenJob job(
      String size, int steps, boolean guidance, int repeats, Compute compute, String comparison) {
    String name = "mdsgen-%s-audioldm".formatted(size.toLowerCase(Locale.ROOT));
    return new MdsgenJob(
        name,
        MdsgenPresets.of(name),
        AutoencoderKlConfig.AUDIOLDM,
        HiFiGanConfig.AUDIO_LDM,
        steps,
        guidance,
        repeats,
        Engine.threads(),
        compute,
        comparison);
  }

  private static <R> R measured(MdsgenJob job, Class<R> type) {
    List<R> answer = new ArrayList<>();
    FreshProcess.run(
        MdsgenProbe.class,
        List.of(MdsgenProbe.line(job)),
        line -> {
          if (line.startsWith(MdsgenProbe.PREFIX)) {
            answer.add(row(line.substring(MdsgenProbe.PREFIX.length()), type));
          }
        });
    if (answer.isEmpty()) {
      throw KinetoneException.internal("the process that measured %s gave no answer", job.size());
    }
    return answer.get(0);
  }

  private static <R> R row(String json, Class<R> type) {
    try {
      return Json.MAPPER.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw KinetoneException.internal("a measurement cannot be read: %s", json);
    }
  }
}
