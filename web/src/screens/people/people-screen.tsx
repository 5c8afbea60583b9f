import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PeopleList } from '../../../../src/wire/people.ts'
import type { Me } from '../../../../src/wire/session.ts'
import { peopleQuery } from '../../api/queries.ts'
import { figure } from '../../format/figure.ts'
import { Link } from '../../router/link.tsx'
import { navigate, useLocation } from '../../router/location.ts'
import { useText } from '../../text/setup-text.ts'
import { Answer } from '../../ui/answer.tsx'
import { Button } from '../../ui/button.tsx'
import { Field } from '../../ui/field.tsx'
import { Screen } from '../../ui/screen.tsx'
import { Select } from '../../ui/select.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { PeopleTable } from './people-table.tsx'
import './people.css'

const PAGE = 50

/** Everybody in office: found by name, unit or title; who may, brings in the next personnel file. */
export function PeopleScreen({ me }: { readonly me: Me }) {
  const { t } = useText()
  const { search } = useLocation()
  const asked = new URLSearchParams(search)
  const [q, agency, offset] = [asked.get('q') ?? '', asked.get('agency') ?? '', Number(asked.get('from') ?? 0) || 0]
  const list = useQuery({ ...peopleQuery({ q, agency, offset }), placeholderData: keepPreviousData })
  const act = me.may.includes('people.manage') && (
    <Link href="/people/import" className="btn primary">
      {t('people.import')}
    </Link>
  )
  return (
    <Screen title={t('people.title')} lead={t('people.lead')} actions={act}>
      <Answer query={list}>
        {(data) =>
          data.people.length === 0 && q === '' && agency === '' ? (
            <EmptyState title={t('people.none')} advice={t('people.noneAdvice')}>
              {act}
            </EmptyState>
          ) : (
            <>
              <Finder q={q} agency={agency} list={data} />
              {data.people.length === 0 ? (
                <EmptyState title={t('people.noMatch')} advice={t('people.noMatchAdvice')} />
              ) : (
                <PeopleTable people={data.people} />
              )}
              <Pages q={q} agency={agency} offset={offset} total={data.total} />
            </>
          )
        }
      </Answer>
    </Screen>
  )
}

interface Narrowed {
  readonly q: string
  readonly agency: string
}

function go({ q, agency }: Narrowed, from = 0): void {
  const query = new URLSearchParams({
    ...(q && { q }),
    ...(agency && { agency }),
    ...(from > 0 && { from: String(from) }),
  })
  navigate(query.size > 0 ? `/people?${query}` : '/people', 'replace')
}

function Finder({ q, agency, list }: Narrowed & { readonly list: PeopleList }) {
  const { t } = useText()
  const [typed, setTyped] = useState(q)
  const agencies = list.agencies.filter(({ people }) => people > 0)
  return (
    <form
      className="people-finder"
      onSubmit={(event) => {
        event.preventDefault()
        go({ q: typed.trim(), agency })
      }}
    >
      <Field
        label={t('people.search')}
        placeholder={t('people.searchHint')}
        value={typed}
        onChange={setTyped}
        name="find"
        maxLength={60}
        autoComplete="off"
        className="grow max-w-sm"
      />
      <Button type="submit">{t('people.search')}</Button>
      {agencies.length > 1 && (
        <Select
          look="chip"
          label={t('people.agency')}
          isOn={agency !== ''}
          selected={agency}
          choices={[
            { key: '', label: t('people.allAgencies') },
            ...agencies.map((each) => ({ key: each.agency, label: each.name })),
          ]}
          onSelect={(key) => go({ q, agency: key })}
        />
      )}
      <span className="text-soft ml-auto">{t('people.count', { number: figure(list.total) })}</span>
    </form>
  )
}

function Pages({ q, agency, offset, total }: Narrowed & { readonly offset: number; readonly total: number }) {
  const { t } = useText()
  const left = total - offset - PAGE
  if (left <= 0 && offset === 0) return null
  return (
    <div className="flex gap-2 my-4">
      {offset > 0 && <Button onPress={() => go({ q, agency }, Math.max(0, offset - PAGE))}>←</Button>}
      {left > 0 && (
        <Button onPress={() => go({ q, agency }, offset + PAGE)}>
          {t('people.more', { number: Math.min(left, PAGE) })}
        </Button>
      )}
    </div>
  )
}
