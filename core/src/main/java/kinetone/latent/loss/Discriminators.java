package kinetone.latent.loss;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Several discriminators as one; SoundStream joins a waveform and a spectrum discriminator. */
public final class Discriminators extends Module implements Discriminator {
  private final List<Discriminator> members;

  /** All of {@code members}. */
  public Discriminators(List<? extends Discriminator> members) {
    super("Discriminators");
    this.members = List.copyOf(members);
    for (int i = 0; i < members.size(); i++) {
      register_module("member%d".formatted(i), members.get(i).module());
    }
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  public Output discriminate(Tensor signal) {
    List<Tensor> logits = new ArrayList<>();
    List<Tensor> features = new ArrayList<>();
    for (Discriminator member : members) {
      Output output = member.discriminate(signal);
      logits.addAll(output.logits());
      features.addAll(output.features());
    }
    return new Output(logits, features);
  }
}
