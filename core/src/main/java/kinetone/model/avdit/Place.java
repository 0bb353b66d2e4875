package kinetone.model.avdit;

/** Where in a block of {@link AdapterAvDiT} something small can be trained. */
public enum Place {
  /** The attention among the tokens of one frame. */
  VIDEO_ATTENTION,
  /** The attention among the tokens of the sound. */
  AUDIO_ATTENTION,
  /** The attention among all tokens of picture and sound, which an adapter brings into being. */
  JOINT_ATTENTION,
  /** The feed-forward layer of the frames. */
  VIDEO_MLP,
  /** The feed-forward layer of the sound. */
  AUDIO_MLP;

  /** Whether it is an attention, whose linear layers low-rank updates fit. */
  boolean isAttention() {
    return this == VIDEO_ATTENTION || this == AUDIO_ATTENTION || this == JOINT_ATTENTION;
  }
}
