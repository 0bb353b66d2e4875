package kinetone.evaluate;

import static org.bytedeco.pytorch.global.torch.cat;

import java.nio.file.Path;
import java.util.List;
import kinetone.feature.i3d.I3d;
import kinetone.feature.i3d.I3dInput;
import kinetone.media.Clip;
import kinetone.media.Fit;
import kinetone.media.ReadOptions;
import kinetone.media.TrackUse;
import kinetone.media.Video;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** {@link I3d} on the beginning of a clip: row 0 are the logits, their mean over time. */
final class I3dNetwork extends PublishedNetwork<I3d> {
  private static final int PICTURES = 16;
  private static final int MM_DIFFUSION_EDGE = 64;
  private static final int MM_DIFFUSION_RATE = 10;

  private final I3dInput input;

  private I3dNetwork(Path models, String name, String file, I3dInput input) {
    super(models, name, I3d.FOLDER.type(), file);
    this.input = input;
  }

  /** MM-Diffusion's protocol, which AV-DiT's figures follow. */
  static I3dNetwork mmDiffusion(Path models) {
    return new I3dNetwork(
        models, "i3d", "i3d_pretrained_400.pt of MM-Diffusion or TATS", I3dInput.MM_DIFFUSION);
  }

  /** StyleGAN-V's, which UniForm's figures follow. */
  static I3dNetwork styleganV(Path models) {
    return new I3dNetwork(
        models, "i3d-styleganv", "i3d_torchscript.pt of StyleGAN-V", I3dInput.STYLEGAN_V);
  }

  @Override
  List<Metric> metrics() {
    if (input == I3dInput.STYLEGAN_V) {
      String seen =
          told("the 400 logits of I3D")
              + ", of the first 16 pictures as they are, brought to 224 x 224; shorter clips do not"
              + " count (as StyleGAN-V's fvd2048_16f, which draws where in real clips it begins)";
      return List.of(frechet("fvd-styleganv", "FVD, StyleGAN-V", seen));
    }
    String seen =
        told("the 400 logits of I3D")
            + ", of the first 16 pictures at 10 Hz in 64 x 64, black beside those of another shape,"
            + " the last picture again and again where there are fewer, then brought to 224 x 224"
            + " (as MM-Diffusion, but scaled to 64 x 64 by FFmpeg)";
    return List.of(frechet("fvd", "FVD", seen), new KernelMetric("kvd", "KVD", seen, this));
  }

  private Metric frechet(String name, String title, String seen) {
    return new FrechetMetric(name, title, seen, this, FrechetMetric.Rows.FIRST);
  }

  @Override
  String form() {
    return input == I3dInput.STYLEGAN_V ? "i3d-sgv-1" : "i3d-mmd-1";
  }

  @Override
  I3d load(Path folder) {
    return I3d.FOLDER.load(folder);
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    ReadOptions pictures = plain.withTracks(TrackUse.IF_PRESENT, TrackUse.SKIP);
    return input == I3dInput.STYLEGAN_V
        ? pictures
        : pictures
            .withFramesPerSecond(MM_DIFFUSION_RATE)
            .withSize(MM_DIFFUSION_EDGE, MM_DIFFUSION_EDGE, Fit.PAD);
  }

  @Override
  public double[][] of(Clip clip) {
    int frames = clip.video().map(Video::frames).orElse(0);
    if (frames == 0 || (input == I3dInput.STYLEGAN_V && frames < PICTURES)) {
      return new double[0][];
    }
    I3d network = network();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor seen = Frames.of(clip.video().get(), 0, Math.min(PICTURES, frames));
      if (input == I3dInput.MM_DIFFUSION) {
        seen = rounded(lengthened(seen));
      }
      return rows(network.forward(input.of(seen)));
    }
  }

  private static Tensor lengthened(Tensor frames) {
    long missing = PICTURES - frames.size(0);
    if (missing == 0) {
      return frames;
    }
    Tensor last = frames.narrow(0, frames.size(0) - 1, 1).repeat(missing, 1, 1, 1);
    return cat(new TensorVector(frames, last), 0);
  }

  /** Its loader goes by [−1, 1] and cuts off what is behind the point: some bytes are one less. */
  private static Tensor rounded(Tensor frames) {
    Scalar half = new Scalar(127.5f);
    Scalar one = new Scalar(1f);
    return frames.div(half).sub(one).add(one).mul(half).floor();
  }
}
