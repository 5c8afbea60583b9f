/** A stretch of a rule's sentence: plain words, or the name of what is filled in for each access. */
export type SentencePart = { readonly words: string } | { readonly blank: string }

const KNOWN_BLANKS = new Set([
  'officer',
  'case_no',
  'unit',
  'role',
  'time',
  'day',
  'colleague',
  'place',
  'kind',
  'n',
  'doc_no',
  'terminal',
  'relation',
  'purpose',
  'service',
  'channel',
])

/**
 * Cuts a sentence such as 「{officer}於 {visit.at|time} 臨櫃」 at its blanks. A blank is named by how it is written (`time`,
 * `day`, another officer), otherwise by its column; one without a known name is `other`.
 */
export function sentenceParts(sentence: string): readonly SentencePart[] {
  return sentence
    .split(/\s*(\{[^{}]*\})\s*/)
    .filter((part) => part !== '')
    .map((part) =>
      part.startsWith('{') && part.endsWith('}') ? { blank: blankOf(part.slice(1, -1)) } : { words: part },
    )
}

function blankOf(inside: string): string {
  const [source = '', form] = inside.split('|')
  if (form === 'officer') return 'colleague'
  const name = form ?? source.split('.').at(-1) ?? ''
  return KNOWN_BLANKS.has(name) ? name : 'other'
}
