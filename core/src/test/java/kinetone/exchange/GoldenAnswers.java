package kinetone.exchange;

import static org.bytedeco.pytorch.global.torch.cat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.Codecs;
import kinetone.codec.LatentCodec;
import kinetone.codec.VideoCodec;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.audioclip.AudioClip;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.clap.ClapAudio;
import kinetone.feature.clap.ClapInput;
import kinetone.feature.panns.Panns;
import kinetone.feature.vggish.Vggish;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.opensora.NarrowOpenSora;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.stdit.StDit3;
import kinetone.nn.FormulaWeights;
import kinetone.nn.Golden;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.vocoder.Formula;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Errors of what the networks in folders answer, against public code ({@code
 * goldens/autoencoder_kl}, {@code opensora_vae}, {@code vocoder}, {@code mdsgen}, {@code stdit3},
 * {@code cavp} and {@code networks}).
 */
final class GoldenAnswers {
  private GoldenAnswers() {}

  static double decoded(Path at, String name) {
    AutoencoderKl network = (AutoencoderKl) Codecs.open(at).codec().module();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("kl", name);
      Tensor latent = golden.get("latent").permute(0, 2, 3, 1).contiguous();
      return golden.error(network.decode(latent).permute(0, 3, 1, 2), "decoded");
    }
  }

  static double played(Path at) {
    LatentCodec<VideoCodec> codec = Codecs.openVideo(at);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng draws = Rng.none()) {
      Golden golden = NarrowOpenSora.golden();
      Tensor clip = codec.decode(NarrowOpenSora.channelsLast(golden.get("latent")), 34, draws);
      return golden.error(NarrowOpenSora.channelsFirst(clip), "decoded_34");
    }
  }

  static double sounded(Path at) {
    HiFiGan generator = VocoderFolder.load(at).generator();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor mel = Formula.values("mel", 2, 8, 12).mul(new Scalar(4.0));
      return Golden.read("vocoder", "vocoder")
          .error(generator.forward(mel.transpose(1, 2)), "generator");
    }
  }

  static double predicted(Path at) {
    Mdsgen net = new Mdsgen(NarrowConfigs.MDSGEN, new Rng(1));
    ComponentFolder.load(at, net);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("mdsgen", "mdsgen");
      Tensor x = golden.get("x").permute(0, 2, 3, 1).contiguous();
      Tensor t = golden.get("t").add(new Scalar(1)).unsqueeze(1).repeat(1, 12);
      Denoiser.Prediction answer =
          net.predict(
              Latents.of(Map.of(Modality.AUDIO, x)),
              NoiseLevels.of(Map.of(Modality.AUDIO, t)),
              Conditions.NONE.withFeatures(golden.get("features")));
      Tensor variance = answer.variance().orElseThrow().audio();
      Tensor both = cat(new TensorVector(answer.noise().audio(), variance), -1);
      return golden.error(both.permute(0, 3, 1, 2), "full");
    }
  }

  static double imagined(Path at) {
    StDit3 net = new StDit3(NarrowConfigs.STDIT, new Rng(1));
    ComponentFolder.load(at, net);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("stdit3", "public");
      Tensor mask = golden.get("mask").to(ScalarType.Bool);
      StDit3.Inputs inputs =
          new StDit3.Inputs(
              golden.get("t"),
              golden.get("fps"),
              Optional.empty(),
              Optional.of(new Conditions.Text(golden.get("y"), mask)),
              Optional.empty(),
              StDit3.positions(2, 3, NarrowConfigs.STDIT.width(), 0.5));
      return golden.error(net.forward(golden.get("x"), inputs), "expected");
    }
  }

  static double seen(Path at) {
    Cavp cavp = Cavp.FOLDER.load(at);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("cavp", "cavp");
      Tensor pictures = golden.get("pictures").to(ScalarType.Float).div(new Scalar(255.0));
      return golden.error(cavp.encodeVideo(pictures), "video");
    }
  }

  static double judged(Path at) {
    AlignmentClassifier net = AlignmentClassifier.FOLDER.load(at);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("cavp", "align");
      Tensor logit = net.forward(golden.get("latent"), golden.get("features"), golden.get("t"));
      return golden.error(logit.sigmoid(), "probability");
    }
  }

  static double embedded(Path at) {
    Vggish network = Vggish.FOLDER.load(at);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("networks", "vggish");
      return golden.error(network.forward(golden.get("examples")), "embeddings");
    }
  }

  static double heard(Path at) {
    Panns network = Panns.FOLDER.load(at);
    try (MelFrontEnd front = new MelFrontEnd(MelFrontEndConfig.PANNS);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor sound = front.normalise(FormulaWeights.sound("sound", 40_000));
      return Golden.read("networks", "panns")
          .error(network.forward(front.logMel(sound)).logits(), "logits");
    }
  }

  static double placed(Path at) {
    ClapAudio network = ClapAudio.FOLDER.load(at);
    try (ClapInput input = new ClapInput(network.config());
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor mel = input.of(FormulaWeights.sound("sound", 130_000));
      return Golden.read("networks", "clap").error(network.forward(mel), "audio");
    }
  }

  static double clipped(Path at) {
    AudioClip network = AudioClip.FOLDER.load(at);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor features = network.forward(FormulaWeights.sound("sound", 70_560));
      return Golden.read("networks", "audioclip").error(features, "features");
    }
  }
}
