package kinetone.latent.loss;

import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.softplus;

import java.util.List;
import java.util.function.UnaryOperator;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The game between codec and discriminator; means over patches, then over scales. */
public enum AdversarialLoss {
  /** max(0, 1 − D(x)) + max(0, 1 + D(x̂)); the codec raises D(x̂) (Lim and Ye 2017). */
  HINGE {
    @Override
    Tensor real(Tensor logits) {
      return relu(logits.neg().add(Tensors.ONE));
    }

    @Override
    Tensor fake(Tensor logits) {
      return relu(logits.add(Tensors.ONE));
    }

    @Override
    Tensor generator(Tensor logits) {
      return logits.neg();
    }
  },
  /** (1 − D(x))² + D(x̂)²; the codec minimises (1 − D(x̂))² (Mao et al. 2017). */
  LEAST_SQUARES {
    @Override
    Tensor real(Tensor logits) {
      return logits.sub(Tensors.ONE).square();
    }

    @Override
    Tensor fake(Tensor logits) {
      return logits.square();
    }

    @Override
    Tensor generator(Tensor logits) {
      return logits.sub(Tensors.ONE).square();
    }
  },
  /** −log σ(D(x)) − log(1 − σ(D(x̂))); the codec minimises −log σ(D(x̂)) (Goodfellow 2014). */
  NON_SATURATING {
    @Override
    Tensor real(Tensor logits) {
      return softplus(logits.neg());
    }

    @Override
    Tensor fake(Tensor logits) {
      return softplus(logits);
    }

    @Override
    Tensor generator(Tensor logits) {
      return softplus(logits.neg());
    }
  };

  abstract Tensor real(Tensor logits);

  abstract Tensor fake(Tensor logits);

  abstract Tensor generator(Tensor logits);

  /** What the discriminator minimises. */
  public Tensor discriminator(Discriminator.Output real, Discriminator.Output fake) {
    return mean(real.logits(), this::real).add(mean(fake.logits(), this::fake));
  }

  /** What the codec minimises. */
  public Tensor generator(Discriminator.Output fake) {
    return mean(fake.logits(), this::generator);
  }

  /** Mean absolute error of the hidden activations, relative to their size on real signals. */
  public static Tensor featureMatching(Discriminator.Output real, Discriminator.Output fake) {
    Tensor total = null;
    for (int i = 0; i < real.features().size(); i++) {
      Tensor target = real.features().get(i).detach();
      Tensor size = target.abs().mean().add(new Scalar(1e-6));
      Tensor part = fake.features().get(i).sub(target).abs().mean().div(size);
      total = total == null ? part : total.add(part);
    }
    return total.div(new Scalar(real.features().size()));
  }

  private static Tensor mean(List<Tensor> logits, UnaryOperator<Tensor> f) {
    Tensor total = f.apply(logits.get(0)).mean();
    for (Tensor scale : logits.subList(1, logits.size())) {
      total = total.add(f.apply(scale).mean());
    }
    return total.div(new Scalar(logits.size()));
  }
}
