/** Entities become characters, once. */

import { expect, test } from 'vitest';
import { decodeEntities } from '../../src/text/html.js';

test('a message as Coder escapes it reads as it was reported', () => {
  expect(decodeEntities('Fix bold &amp; &#34;quotes&#34;, it&#39;s 1 &lt; 2')).toBe(`Fix bold & "quotes", it's 1 < 2`);
});

test('what was escaped twice is decoded once', () => {
  expect(decodeEntities('&amp;lt;b&amp;gt; &amp;#60;')).toBe('&lt;b&gt; &#60;');
});

test('numbers in both bases and names in lower case are known', () => {
  expect(decodeEntities('&#x1F600;&#128512;&LT;&apos;&nbsp;&Gt;')).toBe("😀😀&LT;' &Gt;");
});

test('what is no entity or no character stays', () => {
  const text = '& &; &copy; &#xD800; &#0; &#1114112; &amp AT&T &#; &#x;';
  expect(decodeEntities(text)).toBe(text);
});
