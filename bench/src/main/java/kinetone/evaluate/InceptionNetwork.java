package kinetone.evaluate;

import static org.bytedeco.pytorch.global.torch.cat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.feature.inception.InceptionInput;
import kinetone.feature.inception.InceptionV3;
import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.media.TrackUse;
import kinetone.media.Video;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** {@link InceptionV3} on single pictures: a row each, evenly from the clip. */
final class InceptionNetwork extends PublishedNetwork<InceptionV3> {
  /** Pictures that follow each other say the same. */
  private static final int PICTURES = 16;

  private final InceptionInput input;

  private InceptionNetwork(Path models, InceptionInput input) {
    super(
        models,
        "inception",
        InceptionV3.FOLDER.type(),
        "pt_inception-2015-12-05-6726825d.pth of mseitzer/pytorch-fid");
    this.input = input;
  }

  /** As DiT's and MM-Diffusion's figures have it. */
  static InceptionNetwork likeTensorFlow(Path models) {
    return new InceptionNetwork(models, InceptionInput.TENSORFLOW);
  }

  /** As pytorch-fid has it. */
  static InceptionNetwork likePytorchFid(Path models) {
    return new InceptionNetwork(models, InceptionInput.PYTORCH_FID);
  }

  @Override
  List<Metric> metrics() {
    boolean tensorFlow = input == InceptionInput.TENSORFLOW;
    return List.of(
        new FrechetMetric(
            tensorFlow ? "fid" : "fid-pytorch",
            tensorFlow ? "FID of pictures" : "FID of pictures, pytorch-fid",
            told("the 2048 features of InceptionV3")
                + " of "
                + PICTURES
                + " pictures of each clip, evenly spread, all if there are fewer; "
                + (tensorFlow
                    ? "brought to 299 x 299 as TensorFlow 1 does (OpenAI's evaluator, torch-fidelity)"
                    : "brought to 299 x 299 as pytorch-fid does"),
            this,
            FrechetMetric.Rows.ALL));
  }

  @Override
  String form() {
    return input == InceptionInput.TENSORFLOW ? "inception-tf-1" : "inception-pt-1";
  }

  @Override
  InceptionV3 load(Path folder) {
    return InceptionV3.FOLDER.load(folder);
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return plain.withTracks(TrackUse.IF_PRESENT, TrackUse.SKIP);
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.video().isEmpty()) {
      return new double[0][];
    }
    Video video = clip.video().get();
    InceptionV3 network = network();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      List<Tensor> features = new ArrayList<>();
      int count = Math.min(PICTURES, video.frames());
      for (int i = 0; i < count; i++) {
        try (TensorScope one = TensorScope.open()) {
          Tensor picture = Frames.of(video, (int) ((long) i * video.frames() / count), 1);
          features.add(one.keep(network.forward(input.of(picture)).features()));
        }
      }
      return rows(cat(new TensorVector(features.toArray(Tensor[]::new)), 0));
    }
  }
}
