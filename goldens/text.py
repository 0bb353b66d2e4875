"""Golden tensors and texts for kinetone.text: the encoder of T5 v1.1, SentencePiece, clean captions.

Sources:   transformers 5.18.0 (T5EncoderModel); sentencepiece 0.2.2 (a unigram vocabulary, trained here on
           the sentences below); github.com/hpcaitech/Open-Sora, opensora/models/text_encoder/t5.py,
           tag v1.2.0 (captions), with ftfy 6.3.1 and beautifulsoup4 4.15.0
Versions:  torch 2.13.0 (CPU), safetensors 0.8.0
Tolerance: encoder 1e-4 relative to the largest value; numbers of pieces and captions exactly

Usage: git -C Open-Sora show v1.2.0:opensora/models/text_encoder/t5.py > ref/t5.py
       python goldens/text.py --ref ref --out core/src/test/resources/goldens/text

Weights are random, and so large that attention is far from even: an encoder that scales its scores, or
whose blocks have no common bias of positions, is seen.
"""

import argparse
import html
import io
import json
import pathlib
import random
import re

import ftfy
import sentencepiece
import torch
from safetensors.torch import save_file
from transformers import T5Config, T5EncoderModel

SENTENCES = {
    "latin": "a red ball bounces twice on the floor of a dark room while waves roll under a buoy",
    "german": "der schnelle braune Fuchs springt über den faulen Hund und läuft weiter",
    "french": "le cœur a ses raisons que la raison ne connaît point l'été dernier à Paris",
    "cyrillic": "быстрая коричневая лиса прыгает через ленивую собаку",
    "greek": "η γρήγορη καφέ αλεπού πηδάει πάνω από το τεμπέλικο σκυλί",
    "chinese": "快速 的 棕色 狐狸 跳过 懒狗 在 黑暗 的 房间 里 红色 的 球 弹了 两次",
    "japanese": "素早い 茶色 の 狐 が のろま な 犬 を 飛び越える ボール が 二回 はずむ",
    "korean": "빠른 갈색 여우가 게으른 개를 뛰어넘는다 공이 두 번 튄다",
    "arabic": "الثعلب البني السريع يقفز فوق الكلب الكسول",
    "hebrew": "השועל החום המהיר קופץ מעל הכלב העצלן",
    "devanagari": "तेज भूरी लोमड़ी आलसी कुत्ते के ऊपर कूदती है",
    "thai": "สุนัข จิ้งจอก สีน้ำตาล กระโดด ข้าม สุนัข ขี้เกียจ",
}
ODD = ["", " ", "  two   blanks ", "A RED BALL", "ﬁne Ⅷ ½ ™", "ｗｉｄｅ　ｌｅｔｔｅｒｓ", "e\u0301 é", "😀 ball 👍🏽", "𠀀𝄞",
       "tab\tline\nend", "<pad> </s>x", "▁under▁score", "a-b_c/d", "3 times, 12 345.67%", "\u200bzero\u00a0width",
       "q" * 70]

CAPTIONS = [
    "A red ball bounces three times on the floor.", "a  pendulum, strikes a bell", "Hello&nbsp;World &amp; more",
    "see https://example.com/a/b?x=1 now", "www.example.org is a site", "<b>bold</b> and <i>slanted</i><br/>text",
    "mail me @someone at noon", "中文 and english", "em—dash – and ‐ hyphen", "“quoted” ‘single’ «guillemets»",
    "&quot;quoted&quot; &lt;tag&gt;", "ip 192.168.0.1 here", "ends at 3:45 ", "line\\nbreak", "#12 and #12345 and 1234567",
    "picture.jpg of a dog", "\"\"\"SALE\"\"\"...", "***stars*** #tag (brackets) [x] {y} |z|", "a . b", "this-is-my-cute-cat",
    "snake_case_is_all_over_me", "jc6640 and jc6640vc and 6640vc231", "free shipping worldwide free shipping", "free download free now",
    "click for details, click on it", "a jpg image of png", "page 12 of it", "a1b2c3d4 code", "1920x1080 and 2×3 and 4х5",
    "word : word", "end,begin.now/then", "'wrapped in quotes'", "-dash first", "last dash-", ".hidden", "a+b%20c%C3%A9",
    "Ａ ｗｉｄｅ ＣＡＰＴＩＯＮ", "ﬁne oﬃce", "caf\u0065\u0301", "<person> walks", "three steps.Then four", "50% off!! ~wow~", "",
    "a glowing blue key is pressed once in a dim green room", "Être ou ne pas être: là est la question",
    "Быстрая лиса — это не собака", "emoji 😀 stays", "tabs\tand\nlines", "it's a dog's life", "2 times 3 times 4 times",
]


def reference_captions(path):
    text = path.read_text()
    start = text.index("def basic_clean")
    names = {"re": re, "ftfy": ftfy, "html": html}
    exec(text[start:], names)
    return names["text_preprocessing"]


def encoder(out):
    torch.manual_seed(0)
    config = T5Config(vocab_size=48, d_model=24, d_kv=6, d_ff=40, num_layers=3, num_heads=4,
                      feed_forward_proj="gated-gelu", dropout_rate=0.0, use_cache=False, is_encoder_decoder=False)
    model = T5EncoderModel(config).eval()
    with torch.no_grad():
        for name, p in model.named_parameters():
            if "layer_norm" in name:
                p.copy_(1 + 0.2 * torch.randn_like(p))
            elif "relative_attention_bias" in name:
                p.copy_(1.5 * torch.randn_like(p))
            elif "shared" in name or "embed_tokens" in name:
                p.copy_(torch.randn_like(p))
            else:
                p.copy_(torch.randn_like(p) / p.shape[1] ** 0.5)
    ids = torch.randint(3, 48, (3, 150))
    mask = torch.zeros(3, 150, dtype=torch.long)
    for row, length in enumerate([150, 40, 1]):
        ids[row, length - 1] = 1
        ids[row, length:] = 0
        mask[row, :length] = 1
    with torch.no_grad():
        encoded = model(input_ids=ids, attention_mask=mask).last_hidden_state
    tensors = {"ids": ids, "mask": mask, "encoded": encoded * mask[..., None]}
    for name, tensor in model.state_dict().items():
        if name != "encoder.embed_tokens.weight":
            tensors["weights." + name] = tensor
    save_file({k: v.contiguous().clone() for k, v in tensors.items()}, str(out / "encoder.safetensors"))


def pieces(out):
    sentences = list(SENTENCES.values())
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sentences * 3), model_writer=model, vocab_size=600, model_type="unigram",
        character_coverage=1.0, pad_id=0, eos_id=1, unk_id=2, bos_id=-1, hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc", minloglevel=2, num_threads=1)
    (out / "spiece.model").write_bytes(model.getvalue())
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
    random.seed(0)
    texts = list(ODD)
    names = list(SENTENCES)
    while len(texts) < 200:
        words = SENTENCES[names[len(texts) % len(names)]].split()
        if random.random() < 0.3:
            words += SENTENCES[random.choice(names)].split()
        chosen = random.sample(words, random.randint(1, min(9, len(words))))
        texts.append(random.choice([" ", " ", ", ", "-", ""]).join(chosen))
    (out / "pieces.json").write_text(json.dumps(
        [{"text": t, "ids": processor.encode(t) + [1]} for t in texts], ensure_ascii=True, indent=0) + "\n")


def captions(ref, out):
    clean = reference_captions(ref / "t5.py")
    (out / "captions.json").write_text(json.dumps(
        [{"caption": c, "clean": clean(c)} for c in CAPTIONS], ensure_ascii=True, indent=0) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--ref", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    encoder(arguments.out)
    pieces(arguments.out)
    captions(arguments.ref, arguments.out)
