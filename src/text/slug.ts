/** Task names made of what a person wrote, in the letters that Coder allows, and of the words that tell tasks apart. */

import { transliterate } from './transliterate.js';

// A slug is short; a prompt may be megabytes.
const READ_CHARS = 4_000;

// Coder refuses them as names (coder-api §3.2.1).
const reserved = new Set(['new', 'create']);

// Words that are in every brief: they stand in a name only where nothing better is left.
const fillers = new Set(
  (
    'a an and are as at be but by can could do for from had has have i if in into is it its let may me must my need not of on ' +
    'or our out please shall should so that the their them then there these they this those to up us want was we will with ' +
    'would you your also just make sure go ahead hi hello hey dear thanks thank task tasks job goal work'
  ).split(' '),
);
// What is done in most briefs says less than what it is done to.
const common = new Set(
  (
    'add adjust build change check code create debug delete develop doc docs document ensure feature file files find fix function ' +
    'get implement improve in investigate issue main method migrate module move new package pr pull push refactor remove ' +
    'rename replace repo repository request review rewrite run set small src start support test tests unit update upgrade use ' +
    'using write js ts tsx jsx py go rs java rb php md json yaml yml'
  ).split(' '),
);

// Sentences that only say where: they are the same in all tasks of a fan-out.
const place =
  /^(?:(?:the |our |my |your )?(?:git |github |gitlab |base |target |working |source |code )*(?:repo|repository|branch|directory|folder|workspace|project|language|context|stack|url|ticket url)\b\s*(?:is|:|=|at|-|–|—|\/|\s)|you are\b|you're\b|act as\b|as an? \w+ (?:engineer|developer|agent)\b|clone\b|check ?out\b|hi\b|hello\b|hey\b|dear\b|good (?:morning|afternoon|evening|day)\b)/i;
// The same as the beginning of a sentence that goes on: "In the repository acme/shop, fix …".
const placePhrase =
  /^(?:in|on|at|for|from|inside|within)\s(?=[^,:;]*(?:\b(?:repo|repository|branch|project|directory|folder)\b|\w\/\w))[^,:;]{1,80}[,:;]\s+/i;
const greeting =
  /^(?:please|kindly|can you|could you|would you|i (?:want|need|would like) you to|we need(?: you)? to|your (?:task|job|goal) is to|you (?:should|must|need to)|let's|help me(?: to)?)[\s,:]+/i;

/**
 * At most `maxChars` characters of `[a-z0-9-]` made of the words that tell this text from others of its kind: addresses,
 * greetings and sentences that only say where are skipped, the rarer words come before the common ones, all in the order
 * of the text. `''` if nothing is left that Latin letters can spell. Follows from the text alone.
 */
export function distinctSlug(text: string, maxChars: number): string {
  const slug = pick(wordsIn(bodyOf(text)), maxChars) || pick(wordsIn(text.slice(0, READ_CHARS)), maxChars);
  return reserved.has(slug) ? '' : slug;
}

/** An input as it is compared, never as it is sent: NFC, trimmed, blanks of every kind collapsed into one space. */
export function normalizeInput(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

/** The sentences that say what is to be done, without addresses. */
function bodyOf(text: string): string {
  const plain = text
    .slice(0, READ_CHARS)
    .replace(/\b(?:https?|ssh|git):\/\/\S+|\bgit@\S+|\S+@\S+\.\w+/gi, ' ')
    // A heading of one word, such as "## Task".
    .replace(/^\s*#+\s*\w+\s*:?\s*$/gm, ' ')
    .replace(/^\s*(?:task|goal|job|title|summary|objective|issue)\s*:\s*/gim, ' ');
  const sentences = plain
    .split(/\n+|(?<=[.!?])\s+|(?<=[。！？])/)
    .map((sentence) => sentence.replace(/^[\s#>*•·\-–—]+/, '').trim())
    .filter((sentence) => sentence !== '' && !place.test(sentence))
    .map((sentence) => sentence.replace(placePhrase, '').replace(greeting, '').replace(greeting, ''));
  return (
    sentences
      .join(' ')
      // owner/name of a repository; a path has more parts, or an ending.
      .replace(/(?<![\w/.-])[\w-]+\/[\w-]+(?![\w/.-])/g, ' ')
  );
}

function wordsIn(text: string): string[] {
  return transliterate(text)
    .replace(/['’]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** Rare words first, as many as there is room for; then common ones, then fillers; in the order of the text. */
function pick(words: readonly string[], maxChars: number): string {
  const distinct = [...new Set(words.map((word) => word.slice(0, maxChars)))].slice(0, MAX_WORDS);
  const ranks = distinct.map((word) => (fillers.has(word) ? 2 : common.has(word) ? 1 : 0));
  const chosen = new Set<number>();
  let room = maxChars;
  for (const rank of [0, 1, 2]) {
    // Fillers alone make a name only where there is nothing else.
    if (rank === 2 && chosen.size > 0) break;
    for (const [index, word] of distinct.entries()) {
      const need = word.length + (chosen.size > 0 ? 1 : 0);
      if (ranks[index] !== rank || need > room) continue;
      chosen.add(index);
      room -= need;
    }
  }
  return distinct.filter((_, index) => chosen.has(index)).join('-');
}

// Words far behind in a long brief tell less than those at its beginning.
const MAX_WORDS = 12;
