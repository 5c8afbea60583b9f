import { TextDecoder } from 'node:util'
import { SaxesParser } from 'saxes'
import { MAX_XML_ATTRIBUTES, MAX_XML_DEPTH, MAX_XML_TOKEN_CHARACTERS } from './source-limits.ts'
import { damaged, tooLarge } from './workbook-words.ts'
import { type Attributes, newScope, type Scope, type Vocabulary } from './xml-names.ts'

const SLICE_CHARACTERS = 64 * 1024

/** Opening tag, text and closing tag events of an XML part, names as the vocabulary spells them. No entities are expanded. */
export interface XmlListener {
  readonly open: (name: string, attributes: Attributes) => void
  readonly text: (text: string) => void
  readonly close: (name: string) => void
}

/**
 * Feeds an XML part to a listener piece by piece; yields after each piece so that rows can be handed on. Throws
 * SourceFailure as soon as the part nests deeper, has longer tokens or more attributes than any office program writes.
 */
export async function* parseXml(
  bytes: AsyncIterable<Buffer>,
  vocabulary: Vocabulary,
  listener: XmlListener,
): AsyncGenerator<void> {
  const guard = newGuard(listener, vocabulary)
  for await (const text of decoded(bytes)) {
    for (let at = 0; at < text.length; at += SLICE_CHARACTERS) guard.write(text.slice(at, at + SLICE_CHARACTERS))
    yield
  }
  guard.end()
}

/** Reads a whole part for its tags only; nothing happens when there is no such part. */
export async function visitXml(
  bytes: AsyncIterable<Buffer> | undefined,
  vocabulary: Vocabulary,
  open: XmlListener['open'],
  close: XmlListener['close'] = () => undefined,
): Promise<void> {
  if (!bytes) return
  for await (const _ of parseXml(bytes, vocabulary, { open, text: () => undefined, close }));
}

function newGuard(listener: XmlListener, vocabulary: Vocabulary) {
  // Seven listeners: with an eighth the engine keeps the parser's fields in a dictionary, at five times the cost.
  const parser = new SaxesParser()
  const scopes: Scope[] = [newScope(vocabulary)]
  let attributes = 0
  let hasMoved = false
  let quietCharacters = 0
  const moved = () => {
    hasMoved = true
  }
  parser.on('error', () => {
    throw damaged()
  })
  // A document type is where entities are declared; no office program writes one.
  parser.on('doctype', () => {
    throw damaged()
  })
  parser.on('attribute', () => {
    moved()
    if (++attributes > MAX_XML_ATTRIBUTES) throw tooLarge()
  })
  parser.on('opentag', (tag) => {
    moved()
    attributes = 0
    if (scopes.length > MAX_XML_DEPTH) throw tooLarge()
    const written = tag.attributes as Attributes
    const scope = (scopes.at(-1) ?? newScope(vocabulary)).within(written)
    scopes.push(scope)
    listener.open(scope.element(tag.name), scope.attributes(written))
  })
  const onText = (text: string) => {
    moved()
    listener.text(text)
  }
  parser.on('text', onText)
  parser.on('cdata', onText)
  parser.on('closetag', (tag) => {
    moved()
    const scope = scopes.pop()
    listener.close(scope?.element(tag.name) ?? tag.name)
  })
  const write = (slice: string) => {
    hasMoved = false
    parser.write(slice)
    quietCharacters = hasMoved ? 0 : quietCharacters + slice.length
    if (quietCharacters > MAX_XML_TOKEN_CHARACTERS) throw tooLarge()
  }
  return { write, end: () => void parser.close() }
}

async function* decoded(bytes: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined
  for await (const chunk of bytes) {
    decoder ??= new TextDecoder(encodingOf(chunk), { fatal: true })
    yield decode(decoder, chunk)
  }
  if (decoder) yield decode(decoder)
}

const encodingOf = (head: Buffer): string =>
  head[0] === 0xff && head[1] === 0xfe ? 'utf-16le' : head[0] === 0xfe && head[1] === 0xff ? 'utf-16be' : 'utf-8'

function decode(decoder: TextDecoder, chunk?: Buffer): string {
  try {
    return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
  } catch {
    throw damaged()
  }
}
