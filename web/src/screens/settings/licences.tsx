import { useText } from '../../text/setup-text.ts'

const PARTS: readonly (readonly [string, string])[] = [
  ['React', 'MIT'],
  ['React Aria Components', 'Apache-2.0'],
  ['TanStack Query, TanStack Virtual', 'MIT'],
  ['i18next, react-i18next', 'MIT'],
  ['Tailwind CSS', 'MIT'],
  ['Fastify', 'MIT'],
  ['PostgreSQL', 'PostgreSQL License'],
  ['ClickHouse, chDB', 'Apache-2.0'],
  ['Typst', 'Apache-2.0'],
]

/** What the program is made of, and under which licences it is used. */
export function Licences() {
  const { t } = useText()
  return (
    <>
      <h2>{t('settings.licences')}</h2>
      <div className="card max-w-2xl">
        <table className="licences sheet">
          <thead>
            <tr>
              <th>{t('settings.part')}</th>
              <th>{t('settings.licence')}</th>
            </tr>
          </thead>
          <tbody>
            {PARTS.map(([part, licence]) => (
              <tr key={part}>
                <td lang="en">{part}</td>
                <td lang="en" className="text-soft">
                  {licence}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
