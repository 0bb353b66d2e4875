package kinetone.exchange;

import java.util.List;
import kinetone.checkpoint.convert.JudgeNaming;
import kinetone.feature.i3d.I3d;
import kinetone.feature.i3d.I3dConfig;
import kinetone.feature.inception.InceptionConfig;
import kinetone.feature.inception.InceptionV3;
import kinetone.feature.panns.Panns;
import kinetone.feature.panns.PannsConfig;
import kinetone.feature.vggish.Vggish;
import kinetone.feature.vggish.VggishConfig;

/** The published networks that judge clips. */
final class JudgeTargets {
  static final ImportTarget<VggishConfig> VGGISH =
      new JudgeTarget<>(
          "vggish",
          "AudioSet's VGGish, for FAD: vggish-10086976.pth of torchvggish",
          Vggish.FOLDER.type(),
          VggishConfig.PUBLIC,
          VggishConfig.class,
          Vggish::new,
          List.of(JudgeNaming.same("torchvggish")),
          "",
          "vggish.pth");

  static final ImportTarget<InceptionConfig> INCEPTION =
      new JudgeTarget<>(
          "inception",
          "InceptionV3, for FID: pt_inception-2015-12-05-6726825d.pth of pytorch-fid",
          InceptionV3.FOLDER.type(),
          InceptionConfig.FID,
          InceptionConfig.class,
          InceptionV3::new,
          List.of(JudgeNaming.same("torchvision")),
          "",
          "inception.pth");

  static final ImportTarget<I3dConfig> I3D =
      new JudgeTarget<>(
          "i3d",
          "I3D, for FVD and KVD as MM-Diffusion: i3d_pretrained_400.pt",
          I3d.FOLDER.type(),
          I3dConfig.MM_DIFFUSION,
          I3dConfig.class,
          I3d::new,
          List.of(JudgeNaming.same("piergiaj"), I3dNames.HASSONY2),
          "",
          "i3d.pt");

  static final ImportTarget<I3dConfig> I3D_STYLEGAN_V =
      new JudgeTarget<>(
          "i3d-styleganv",
          "I3D, for FVD as StyleGAN-V: i3d_torchscript.pt, or rgb_imagenet.pt of pytorch-i3d",
          I3d.FOLDER.type(),
          I3dConfig.ORIGINAL,
          I3dConfig.class,
          I3d::new,
          List.of(I3dNames.HASSONY2, JudgeNaming.same("piergiaj")),
          "",
          "i3d.pt");

  static final ImportTarget<PannsConfig> PANNS =
      new JudgeTarget<>(
          "panns",
          "PANNs' Cnn14 at 16 kHz, for FD, IS and KL: Cnn14_16k_mAP=0.438.pth",
          Panns.FOLDER.type(),
          PannsConfig.CNN14_16K,
          PannsConfig.class,
          Panns::new,
          List.of(PannsNames.ORIGINAL),
          "model",
          "Cnn14_16k.pth");

  private JudgeTargets() {}
}
