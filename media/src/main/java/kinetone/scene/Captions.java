package kinetone.scene;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import kinetone.scene.Thing.Material;
import kinetone.scene.Thing.Trait;

/**
 * Facts in words. Every word says something that the facts hold, whatever is drawn: what is said
 * varies in form, in the words chosen and in how much is said, never in truth.
 */
public final class Captions {
  private static final List<String> NUMBERS =
      List.of(
          "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
          "eleven", "twelve");

  private final Choice choice;
  private final boolean colours;
  private final boolean counts;
  private final boolean rest;

  /**
   * How much is said.
   *
   * @param colours of things
   * @param counts of what is counted
   * @param rest place, sizes, materials, directions
   */
  public record Telling(boolean colours, boolean counts, boolean rest) {
    /** Everything. */
    public static final Telling ALL = new Telling(true, true, true);

    /** Colours and counts mostly, the rest often. */
    public static Telling draw(SplittableRandom random) {
      return new Telling(
          random.nextDouble() < 0.88, random.nextDouble() < 0.88, random.nextDouble() < 0.6);
    }
  }

  private Captions(Choice choice, Telling telling) {
    this.choice = choice;
    colours = telling.colours;
    counts = telling.counts;
    rest = telling.rest;
  }

  /** The plainest words that say kind, colours, counts, traits and place; without a full stop. */
  public static String plain(Facts facts) {
    return new Captions(Choice.FIRST, Telling.ALL).sentence(facts, 0);
  }

  /** One of many wordings; most say kind, colours and counts, some leave a part of them out. */
  public static String draw(Facts facts, SplittableRandom random) {
    return draw(facts, Telling.draw(random), random);
  }

  /**
   * One of many wordings. Colours of several keys are left out by some of them even where colours
   * are told.
   */
  public static String draw(Facts facts, Telling telling, SplittableRandom random) {
    var captions = new Captions(Choice.of(random), telling);
    String sentence = captions.sentence(facts, random.nextInt(9));
    if (random.nextDouble() < 0.25) {
      return sentence.substring(0, 1).toUpperCase(Locale.ROOT) + sentence.substring(1) + ".";
    }
    return sentence;
  }

  private String sentence(Facts facts, int form) {
    var clauses = facts.things().stream().map(this::clause).toList();
    String place = place(facts);
    String before = place.isEmpty() ? "" : place + " ";
    String after = place.isEmpty() ? "" : " " + place;
    String finite = join(clauses, c -> c.subject + " " + c.verb, "while", "and", "as");
    String gerund = join(clauses, c -> c.subject + " " + c.gerund, "and", "with");
    String text =
        switch (form) {
          case 0 -> finite + after;
          case 1 -> before + finite;
          case 2 -> gerund + after;
          case 3 -> join(clauses, Clause::event, "and") + after;
          case 4 -> choice.word("the sound of", "the sight and sound of") + " " + gerund + after;
          case 5 ->
              join(clauses, Clause::tags, ",").replace(" ,", ",")
                  + (place.isEmpty() ? "" : ", " + place.replaceFirst("^\\w+ an? ", ""));
          case 6 -> choice.word("a clip of", "a video of", "a scene with") + " " + gerund + after;
          case 7 ->
              choice.word("here", "we see and hear how", "in this clip") + " " + finite + after;
          default -> finite;
        };
    return text.replaceAll("\\ba (?=[aeiou])", "an ");
  }

  private interface Part {
    String of(Clause clause);
  }

  private String join(List<Clause> clauses, Part part, String... words) {
    String word = " " + choice.word(words) + " ";
    return clauses.stream().map(part::of).collect(Collectors.joining(word));
  }

  /**
   * What one thing contributes.
   *
   * @param subject who, with its article
   * @param verb what it does, as a finite verb
   * @param gerund the same with -ing
   * @param event both as a noun
   * @param tags key words with commas
   */
  private record Clause(String subject, String verb, String gerund, String event, String tags) {}

  private Clause clause(Thing thing) {
    return switch (thing.subject()) {
      case BALL -> ball(thing);
      case BELL -> bell(thing);
      case FIGURE -> figure(thing);
      case KEYS -> keys(thing);
      case BEACON -> beacon(thing);
      case RAIN -> rain(thing);
      case FIRE -> fire(thing);
      case WHEEL -> wheel(thing);
      case WAVES -> waves(thing);
    };
  }

  private Clause ball(Thing thing) {
    String name = size(thing) + colour(thing) + material(thing, "rubber ") + "ball";
    String times = times(thing) + way(thing);
    boolean jumps = choice.chance(0.7);
    return new Clause(
        "a " + name,
        (jumps ? choice.word("bounces", "jumps") : "hits the floor") + times,
        (jumps ? choice.word("bouncing", "jumping") : "hitting the floor") + times,
        events(thing, "bounce", "thud") + " of a " + name + way(thing),
        name + ", " + events(thing, "bounce"));
  }

  private Clause bell(Thing thing) {
    String bell = size(thing) + material(thing, "brass ") + "bell";
    String pendulum =
        choice.chance(0.6) || colour(thing).isEmpty()
            ? colour(thing) + "pendulum"
            : "pendulum with a " + colour(thing) + "bob";
    String times = times(thing);
    if (choice.chance(0.75)) {
      return new Clause(
          "a " + pendulum,
          choice.word("strikes", "hits", "rings") + " a " + bell + times,
          choice.word("striking", "hitting", "ringing") + " a " + bell + times,
          events(thing, "strike", "chime") + " of a " + bell + " by a " + pendulum,
          pendulum + ", " + bell + ", " + events(thing, "strike", "chime"));
    }
    return new Clause(
        "a " + bell,
        choice.word("is struck", "is hit") + times + " by a " + pendulum,
        choice.word("struck", "being struck") + times + " by a " + pendulum,
        events(thing, "stroke") + " of a " + pendulum + " on a " + bell,
        bell + ", " + events(thing, "chime") + ", " + pendulum);
  }

  private Clause figure(Thing thing) {
    String someone = choice.word("figure", "person", "walker");
    String name =
        colour(thing).isEmpty()
            ? size(thing) + someone
            : choice.chance(0.6)
                ? size(thing) + someone + " in " + colour(thing).strip()
                : size(thing) + colour(thing) + someone;
    String steps = events(thing, "step", "footstep");
    String way = way(thing);
    boolean takes = choice.chance(0.7);
    String counted = takes ? counts ? " " + steps : "" : times(thing);
    return new Clause(
        "a " + name,
        (takes ? counts ? choice.word("takes", "walks") : "walks" : "steps") + counted + way,
        (takes ? counts ? choice.word("taking", "walking") : "walking" : "stepping")
            + counted
            + way,
        steps + " of a " + name + way,
        name + ", " + steps);
  }

  private Clause keys(Thing thing) {
    boolean one = thing.count() == 1;
    String glow = choice.chance(0.4) ? "glowing " : "";
    String played = choice.word("pressed", "played", "struck");
    String row = choice.word("one by one", "one after another", "in turn");
    if (one) {
      String key = glow + colour(thing) + "key";
      String once = counts ? " " + choice.word("once", "one time") : "";
      return new Clause(
          "a " + key,
          "is " + played + once,
          "being " + played + once,
          events(thing, "press") + " of a " + key,
          key + ", " + events(thing, "note"));
    }
    boolean spelled = colours && counts && thing.count() <= 5 && choice.chance(0.6);
    if (spelled) {
      String order = list(thing.colours().stream().map(this::word).toList());
      String keys = NUMBERS.get(thing.count()) + " " + glow + "keys";
      return new Clause(
          keys,
          "are " + played + " " + row + ", " + order,
          "being " + played + " " + row + ", " + order,
          events(thing, "note") + " of " + glow + "keys, " + order,
          keys + ", " + order);
    }
    var distinct = thing.colours().stream().distinct().toList();
    String shade = colours && distinct.size() == 1 ? word(distinct.get(0)) + " " : "";
    String keys = glow + shade + "keys";
    String times = counts ? times(thing) : " " + row;
    return new Clause(
        keys,
        "are " + played + times,
        "being " + played + times,
        events(thing, "note", "press") + " of " + keys,
        keys + ", " + events(thing, "note"));
  }

  private Clause beacon(Thing thing) {
    String lamp = colour(thing) + choice.word("beacon", "light", "beam");
    String manner = manner(thing);
    return new Clause(
        "a " + lamp,
        choice.word("turns", "rotates", "sweeps round")
            + manner
            + choice.word(" and its siren wails", " as a siren wails", " with a siren"),
        choice.word("turning", "rotating", "sweeping round") + manner + " with a wailing siren",
        "the wail of a siren with a " + lamp + " turning" + manner,
        lamp + ", siren" + (manner.isEmpty() ? "" : ", turning" + manner));
  }

  private Clause rain(Thing thing) {
    String how =
        strength(thing, choice.word("heavy ", "strong "), choice.word("light ", "gentle "));
    boolean drops = choice.chance(0.3);
    String what = drops ? choice.word("rain drops", "raindrops") : how + "rain";
    String verb = drops ? choice.word("fall", "drip") : choice.word("falls", "patters");
    String onto = choice.word(" on water", " into water", " on a pool");
    return new Clause(
        what,
        verb + onto,
        choice.word("falling", "pattering") + onto,
        choice.word("a shower", "the patter") + " of " + (drops ? what : "rain") + onto,
        what + ", water");
  }

  private Clause fire(Thing thing) {
    String fire = material(thing, "wood ") + "fire";
    return new Clause(
        "a " + fire,
        choice.word("flickers and crackles", "burns and crackles", "roars and crackles"),
        choice.word("crackling", "burning", "flickering and crackling"),
        choice.word("the crackle", "the roar", "the flames") + " of a " + fire,
        fire + ", " + choice.word("flames", "crackling"));
  }

  private Clause wheel(Thing thing) {
    String wheel = colour(thing) + "wheel";
    String manner = manner(thing);
    String sound = choice.word(", humming and ticking", ", ticking", " with a hum and ticks");
    return new Clause(
        "a " + wheel,
        choice.word("turns", "spins", "rotates") + manner + sound,
        choice.word("turning", "spinning", "rotating") + manner + sound,
        "the ticking of a " + wheel + " that " + choice.word("turns", "spins") + manner,
        wheel + ", " + choice.word("turning", "spinning") + manner + ", ticking");
  }

  private Clause waves(Thing thing) {
    String waves =
        strength(thing, choice.word("high ", "big "), choice.word("low ", "gentle "))
            + choice.word("waves", "sea waves", "ocean waves");
    String buoy = colour(thing) + "buoy";
    if (choice.chance(0.6)) {
      return new Clause(
          waves,
          choice.word("roll", "rush", "swell") + " under a " + buoy,
          choice.word("rolling", "rushing", "swelling") + " under a " + buoy,
          choice.word("the rush", "the roar", "the sound") + " of " + waves + " under a " + buoy,
          waves + ", " + buoy);
    }
    return new Clause(
        "a " + buoy,
        choice.word("floats", "rocks", "bobs") + " on " + waves,
        choice.word("floating", "rocking", "bobbing") + " on " + waves,
        "a " + buoy + " in the rush of " + waves,
        buoy + ", " + waves);
  }

  private String place(Facts facts) {
    if (!rest) {
      return "";
    }
    String light =
        switch (facts.place().light()) {
          case DARK -> choice.word("dark ", "dim ");
          case MEDIUM -> "";
          case BRIGHT -> choice.word("bright ", "light ");
        };
    String colour = facts.place().colour().map(name -> name.label() + " ").orElse("");
    if (facts.kind() == SceneKind.WAVES) {
      return light.isEmpty() && colour.isEmpty() ? "" : "under a " + light + colour + "sky";
    }
    if (light.isEmpty() && colour.isEmpty()) {
      return choice.word("in a room", "indoors");
    }
    String place =
        choice.word("in a %sroom", "in front of a %swall", "in a %shall").formatted(light + colour);
    return place;
  }

  /** The colour with a space after it, or nothing. */
  private String colour(Thing thing) {
    return colours && !thing.colours().isEmpty() ? word(thing.colours().get(0)) + " " : "";
  }

  private String word(ColourName name) {
    if (choice.chance(0.75)) {
      return name.words().get(0);
    }
    return choice.word(name.words().toArray(String[]::new));
  }

  private String material(Thing thing, String word) {
    return rest && thing.material() != Material.UNTOLD && choice.chance(0.4) ? word : "";
  }

  private String size(Thing thing) {
    if (!rest) {
      return "";
    }
    return thing.is(Trait.SMALL)
        ? choice.word("small ", "little ")
        : thing.is(Trait.LARGE) ? choice.word("large ", "big ") : "";
  }

  private String way(Thing thing) {
    if (!rest) {
      return "";
    }
    return thing.is(Trait.LEFTWARDS)
        ? choice.word(" from right to left", " towards the left")
        : thing.is(Trait.RIGHTWARDS)
            ? choice.word(" from left to right", " towards the right")
            : "";
  }

  private String manner(Thing thing) {
    if (!rest) {
      return "";
    }
    return thing.is(Trait.SLOW)
        ? " slowly"
        : thing.is(Trait.FAST) ? choice.word(" quickly", " fast") : "";
  }

  private String strength(Thing thing, String heavy, String gentle) {
    if (!rest) {
      return "";
    }
    return thing.is(Trait.HEAVY) ? heavy : thing.is(Trait.GENTLE) ? gentle : "";
  }

  /** " three times", or nothing. */
  private String times(Thing thing) {
    int n = thing.count();
    if (!counts) {
      return "";
    }
    return " "
        + switch (n) {
          case 1 -> choice.word("once", "one time", "a single time");
          case 2 -> choice.word("twice", "two times", "2 times");
          default -> choice.word(number(n), number(n), Integer.toString(n)) + " times";
        };
  }

  /** "three bounces", or "bounces" where the number is not said. */
  private String events(Thing thing, String... nouns) {
    String noun = choice.word(nouns);
    String plural = noun.endsWith("s") ? noun + "es" : noun + "s";
    int n = thing.count();
    if (!counts) {
      return plural;
    }
    if (n == 1) {
      return choice.word("one", "a single", "1") + " " + noun;
    }
    return choice.word(number(n), number(n), Integer.toString(n)) + " " + plural;
  }

  private static String number(int n) {
    return n < NUMBERS.size() ? NUMBERS.get(n) : Integer.toString(n);
  }

  private static String list(List<String> words) {
    var all = new ArrayList<>(words);
    String last = all.remove(all.size() - 1);
    return String.join(", ", all) + " and " + last;
  }

  /** How words are chosen. */
  private interface Choice {
    /** The first of what is offered, and everything said. */
    Choice FIRST =
        new Choice() {
          @Override
          public String word(String... words) {
            return words[0];
          }

          @Override
          public boolean chance(double likelihood) {
            return true;
          }
        };

    String word(String... words);

    boolean chance(double likelihood);

    static Choice of(SplittableRandom random) {
      return new Choice() {
        @Override
        public String word(String... words) {
          return words[random.nextInt(words.length)];
        }

        @Override
        public boolean chance(double likelihood) {
          return random.nextDouble() < likelihood;
        }
      };
    }
  }
}
