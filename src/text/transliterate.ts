/** Letters of other scripts in those that a name in Coder may have, as people spell them. */

// Latin letters that NFKD does not take apart.
const latin = 'ß ss æ ae œ oe ø o đ d ð d þ th ł l ħ h ı i';
const cyrillic =
  'а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ъ _ ы y ' +
  'ь _ э e ю yu я ya і i ї yi є ye ґ g ј j љ lj њ nj ћ c ђ d џ dz ѓ g ќ k ѕ dz ў u';
const greek = 'α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o';
const hebrew =
  'א a ב b ג g ד d ה h ו v ז z ח h ט t י y כ k ך k ל l מ m ם m נ n ן n ס s ע a פ p ף p צ ts ץ ts ק k ר r ש sh ת t';
const arabic =
  'ا a أ a إ i آ a ب b ت t ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t ظ z ع a غ gh ف f ق q ك k ل l م m ن n ه h ' +
  'و w ي y ى a ة a ء _ ئ y ؤ w پ p چ ch ژ zh گ g ک k ی y';
const kana =
  'あ a い i う u え e お o か ka き ki く ku け ke こ ko さ sa し shi す su せ se そ so た ta ち chi つ tsu て te と to な na に ni ' +
  'ぬ nu ね ne の no は ha ひ hi ふ fu へ he ほ ho ま ma み mi む mu め me も mo や ya ゆ yu よ yo ら ra り ri る ru れ re ろ ro ' +
  'わ wa を o ん n が ga ぎ gi ぐ gu げ ge ご go ざ za じ ji ず zu ぜ ze ぞ zo だ da ぢ ji づ zu で de ど do ば ba び bi ぶ bu ' +
  'べ be ぼ bo ぱ pa ぴ pi ぷ pu ぺ pe ぽ po ゃ ya ゅ yu ょ yo っ _ ぁ a ぃ i ぅ u ぇ e ぉ o';

const spelled = new Map(
  [latin, cyrillic, greek, hebrew, arabic, kana].flatMap((table) => {
    const cells = table.split(' ');
    return cells.flatMap((cell, at): [string, string][] =>
      at % 2 === 0 ? [[cell, cells[at + 1] === '_' ? '' : (cells[at + 1] ?? '')]] : [],
    );
  }),
);

// The parts of a Hangul syllable in the order of Unicode, by the Revised Romanization.
const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
const initials = 'g kk n d tt r m b pp s ss  j jj ch k t p h'.split(' ');
const vowels = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ');
const finals = ' k k k n n n t l k m l l l p l m p p t t ng t t k t p t'.split(' ');

const KATAKANA_TO_HIRAGANA = 0x60;

/**
 * The text in lower case with letters of Cyrillic, Greek, Hebrew, Arabic, kana and Hangul in Latin ones, and Latin ones
 * without their marks. What has no spelling here (Han, Thai, Devanagari …) stays as it is.
 */
export function transliterate(text: string): string {
  return Array.from(text.normalize('NFC').toLowerCase(), spell).join('');
}

function spell(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x80) return letter;
  if (code >= HANGUL_FIRST && code <= HANGUL_LAST) return spellHangul(code - HANGUL_FIRST);
  const isKatakana = code >= 0x30a1 && code <= 0x30f6;
  const known = spelled.get(isKatakana ? String.fromCodePoint(code - KATAKANA_TO_HIRAGANA) : letter);
  if (known !== undefined) return known;
  const plain = letter
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\p{M}'’]/gu, '');
  return spelled.get(plain) ?? plain;
}

function spellHangul(index: number): string {
  const final = index % finals.length;
  const vowel = Math.floor(index / finals.length) % vowels.length;
  const initial = Math.floor(index / (finals.length * vowels.length));
  return `${initials[initial] ?? ''}${vowels[vowel] ?? ''}${finals[final] ?? ''}`;
}
