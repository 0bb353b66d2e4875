package kinetone.media;

/** How pixels of another size are computed; both look at all pixels that a smaller one covers. */
public enum PictureFilter {
  /** Keeps edges sharp: what models of ours are trained with. */
  BICUBIC,
  /** Softer: what Pillow, torchvision and models trained with these take unless told otherwise. */
  BILINEAR
}
