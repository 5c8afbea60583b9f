import { asTyped, partsOf } from '../../../src/wire/typed-text.ts'

/** Text somebody typed, in a face of its own, kept from turning or running into what stands around it. */
export function Typed({ text }: { readonly text: string }) {
  return <bdi className="typed">{asTyped(text)}</bdi>
}

/** A sentence of the program in which what it quotes is told apart from its own words. */
export function Sentence({ text }: { readonly text: string }) {
  return partsOf(text).map((part, i) =>
    part.isTyped ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no id and their order is the sentence's
      <Typed key={i} text={part.text} />
    ) : (
      part.text
    ),
  )
}
