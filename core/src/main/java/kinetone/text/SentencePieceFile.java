package kinetone.text;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.common.KinetoneException;

/**
 * The file of a SentencePiece vocabulary ({@code sentencepiece_model.proto} of
 * google/sentencepiece), as far as Kinetone makes such files itself, and their pieces.
 *
 * @param pieces in the order of their numbers
 */
record SentencePieceFile(List<Piece> pieces) {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH = 2;
  private static final int FIXED32 = 5;

  /**
   * A piece.
   *
   * @param text with ▁ for a blank
   * @param score natural logarithm of its frequency
   * @param type what it is for
   */
  record Piece(String text, float score, Type type) {}

  /** What pieces are for, with their numbers in files. */
  enum Type {
    NORMAL(1),
    UNKNOWN(2),
    CONTROL(3),
    USER_DEFINED(4),
    UNUSED(5),
    BYTE(6);

    private final int number;

    Type(int number) {
      this.number = number;
    }

    static Type of(long number) {
      return Arrays.stream(values())
          .filter(type -> type.number == number)
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("type " + number));
    }
  }

  SentencePieceFile {
    pieces = List.copyOf(pieces);
  }

  /** The number of the piece {@code text}, −1 if there is none. */
  int number(String text) {
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i).text().equals(text)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * A unigram vocabulary whose pieces may be bytes, text taken as it is: nothing is normalised but
   * that a blank is put before it and blanks are not repeated.
   */
  byte[] bytes() {
    var out = new Writer();
    for (var piece : pieces) {
      var message = new Writer();
      message.bytes(1, piece.text().getBytes(StandardCharsets.UTF_8));
      message.fixed(2, piece.score());
      message.number(3, piece.type().number);
      out.bytes(1, message.toByteArray());
    }
    var trainer = new Writer();
    trainer.number(3, 1); // model_type: unigram
    trainer.number(4, pieces.size()); // vocab_size
    trainer.number(35, pieces.stream().anyMatch(piece -> piece.type() == Type.BYTE) ? 1 : 0);
    trainer.number(40, number("<unk>")); // unk_id
    trainer.number(41, -1); // bos_id
    trainer.number(42, number("</s>")); // eos_id
    trainer.number(43, number("<pad>")); // pad_id
    out.bytes(2, trainer.toByteArray());
    var normalizer = new Writer();
    normalizer.bytes(1, "identity".getBytes(StandardCharsets.UTF_8));
    normalizer.number(3, 1); // add_dummy_prefix
    normalizer.number(4, 1); // remove_extra_whitespaces
    normalizer.number(5, 1); // escape_whitespaces
    out.bytes(3, normalizer.toByteArray());
    return out.toByteArray();
  }

  /**
   * Reads the pieces.
   *
   * @param name of the file, for messages
   * @throws KinetoneException when it is no such file
   */
  static SentencePieceFile read(String name, byte[] file) {
    try {
      var pieces = new ArrayList<Piece>();
      var all = new Reader(file);
      while (all.next()) {
        if (all.field == 1 && all.wire == LENGTH) {
          pieces.add(piece(all.bytes()));
        } else {
          all.skip();
        }
      }
      if (pieces.isEmpty()) {
        throw new IllegalArgumentException("no pieces");
      }
      return new SentencePieceFile(pieces);
    } catch (IllegalArgumentException | java.nio.BufferUnderflowException e) {
      throw KinetoneException.user(
          e, "%s is no SentencePiece vocabulary or is damaged; fetch it again", name);
    }
  }

  private static Piece piece(byte[] message) {
    String text = "";
    float score = 0;
    long type = 1;
    var reader = new Reader(message);
    while (reader.next()) {
      if (reader.field == 1 && reader.wire == LENGTH) {
        text = new String(reader.bytes(), StandardCharsets.UTF_8);
      } else if (reader.field == 2 && reader.wire == FIXED32) {
        score = reader.in.getFloat();
      } else if (reader.field == 3 && reader.wire == VARINT) {
        type = reader.number();
      } else {
        reader.skip();
      }
    }
    return new Piece(text, score, Type.of(type));
  }

  /** Protocol buffers, as far as they are needed here. */
  private static final class Reader {
    private final ByteBuffer in;
    private int field;
    private int wire;

    Reader(byte[] bytes) {
      in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean next() {
      if (!in.hasRemaining()) {
        return false;
      }
      long key = number();
      field = (int) (key >>> 3);
      wire = (int) (key & 7);
      return true;
    }

    long number() {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte b = in.get();
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("a number without end");
    }

    byte[] bytes() {
      long length = number();
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException("beyond the end");
      }
      byte[] bytes = new byte[(int) length];
      in.get(bytes);
      return bytes;
    }

    void skip() {
      switch (wire) {
        case VARINT -> number();
        case FIXED64 -> in.getLong();
        case LENGTH -> bytes();
        case FIXED32 -> in.getInt();
        default -> throw new IllegalArgumentException("wire type " + wire);
      }
    }
  }

  private static final class Writer {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void number(int field, long value) {
      varint((long) field << 3 | VARINT);
      varint(value);
    }

    void fixed(int field, float value) {
      varint((long) field << 3 | FIXED32);
      int bits = Float.floatToIntBits(value);
      for (int shift = 0; shift < 32; shift += 8) {
        out.write(bits >>> shift);
      }
    }

    void bytes(int field, byte[] value) {
      varint((long) field << 3 | LENGTH);
      varint(value.length);
      out.writeBytes(value);
    }

    private void varint(long value) {
      long left = value;
      while ((left & ~0x7fL) != 0) {
        out.write((int) ((left & 0x7f) | 0x80));
        left >>>= 7;
      }
      out.write((int) left);
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }
  }
}
