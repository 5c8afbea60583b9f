import type { GuideType } from '../../../../src/wire/guide.ts'
import { useText } from '../../text/setup-text.ts'
import { Measure } from './measure.tsx'

/** One of the five types: its story in a few lines, then its measures. `at` is the instant the guide speaks for. */
export function GuideBand({ type, at }: { readonly type: GuideType; readonly at: string }) {
  const { pick } = useText()
  return (
    <section className="band" aria-labelledby={`type-${type.id}`}>
      <div className="band-numeral" aria-hidden="true">
        {type.numeral}
      </div>
      <div>
        <h2 id={`type-${type.id}`}>{pick(type.title, type.titleEn)}</h2>
        <p>{pick(type.story, type.storyEn)}</p>
      </div>
      <ul className="card m-0 p-0 list-none">
        {type.measures.map((measure) => (
          <Measure key={measure.id} measure={measure} now={Date.parse(at)} />
        ))}
      </ul>
    </section>
  )
}
