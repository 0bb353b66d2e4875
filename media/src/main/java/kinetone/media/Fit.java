package kinetone.media;

/** How a picture of another shape is brought to the wanted width and height. */
public enum Fit {
  /** Scale until the wanted shape is covered and cut what stands over on both sides equally. */
  CENTRE_CROP,
  /** Scale until the picture fits inside and fill the rest with black. */
  PAD,
  /** Scale width and height independently. */
  STRETCH
}
