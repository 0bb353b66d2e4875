package kinetone.exchange;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.convert.JudgeNaming;
import kinetone.checkpoint.convert.Naming;
import kinetone.feature.audioclip.AudioClip;
import kinetone.feature.audioclip.AudioClipConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The network for sound in AudioCLIP's file, which also holds those for pictures and text: of the
 * transform it has a bias without numbers and the window.
 */
final class AudioClipTarget implements ImportTarget<AudioClipConfig> {
  private static final String PREFIX = "audio.";

  @Override
  public String name() {
    return "audioclip";
  }

  @Override
  public String summary() {
    return "AudioCLIP's network for sound, for FAD as MM-Diffusion: AudioCLIP-Full-Training.pt";
  }

  @Override
  public String type() {
    return AudioClip.FOLDER.type();
  }

  @Override
  public Class<AudioClipConfig> configurationType() {
    return AudioClipConfig.class;
  }

  @Override
  public AudioClipConfig configuration() {
    return AudioClipConfig.PUBLIC;
  }

  @Override
  public Module build(AudioClipConfig configuration) {
    try (Rng rng = Rng.none()) {
      return new AudioClip(configuration, rng);
    }
  }

  @Override
  public List<String> prefixes() {
    return List.of(PREFIX, "", "module." + PREFIX);
  }

  @Override
  public List<Naming> namings(AudioClipConfig configuration) {
    return List.of(naming(configuration));
  }

  private static Naming naming(AudioClipConfig configuration) {
    int window = configuration.window();
    return new JudgeNaming(
        "AudioCLIP",
        UnaryOperator.identity(),
        Set.of(),
        List.of(
            new Naming.Constant(
                "window",
                ScalarType.Float,
                new long[] {window},
                true,
                () -> AudioClip.window(window)),
            new Naming.Constant(
                "fbsp.bias",
                ScalarType.Float,
                new long[] {0},
                false,
                () -> Tensors.of(new float[0], 0))));
  }

  @Override
  public Map<String, PublicForm> forms(AudioClipConfig configuration) {
    return Map.of(
        PublicForm.ORIGINAL,
        new PublicForm(naming(configuration), PREFIX, "audioclip.pt", List.of(), Map.of()));
  }
}
