import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { I18nProvider, RouterProvider } from 'react-aria-components'
import type { Me } from '../../../src/wire/session.ts'
import { meQuery } from '../api/queries.ts'
import { ProblemError } from '../api/request.ts'
import { usePreferences } from '../preferences/preferences.ts'
import { navigate, useLocation } from '../router/location.ts'
import { matchRoute, type Route } from '../router/match-route.ts'
import { NotAllowed } from '../screens/refusals/not-allowed.tsx'
import { NotFound } from '../screens/refusals/not-found.tsx'
import { FinishSignIn } from '../screens/sign-in/finish-sign-in.tsx'
import { SignInScreen } from '../screens/sign-in/sign-in-screen.tsx'
import { ErrorState, Loading } from '../ui/states.tsx'
import { Toasts } from '../ui/toast.tsx'
import { Frame } from './frame.tsx'

const TodayScreen = lazy(async () => ({
  default: (await import('../screens/today/today-screen.tsx')).TodayScreen,
}))
const PoliciesScreen = lazy(async () => ({
  default: (await import('../screens/policies/policies-screen.tsx')).PoliciesScreen,
}))
const GuideScreen = lazy(async () => ({
  default: (await import('../screens/guide/guide-screen.tsx')).GuideScreen,
}))
const VerdictsScreen = lazy(async () => ({
  default: (await import('../screens/verdicts/verdicts-screen.tsx')).VerdictsScreen,
}))
const AccessScreen = lazy(async () => ({
  default: (await import('../screens/access/access-screen.tsx')).AccessScreen,
}))
const RulesScreen = lazy(async () => ({
  default: (await import('../screens/rules/rules-screen.tsx')).RulesScreen,
}))
const ImportsScreen = lazy(async () => ({
  default: (await import('../screens/imports/imports-screen.tsx')).ImportsScreen,
}))
const ImportScreen = lazy(async () => ({
  default: (await import('../screens/imports/import-screen.tsx')).ImportScreen,
}))
const NewImportScreen = lazy(async () => ({
  default: (await import('../screens/imports/new-import-screen.tsx')).NewImportScreen,
}))
const SettingsScreen = lazy(async () => ({
  default: (await import('../screens/settings/settings-screen.tsx')).SettingsScreen,
}))

const TraceScreen = lazy(async () => ({
  default: (await import('../screens/trace/trace-screen.tsx')).TraceScreen,
}))

const CanariesScreen = lazy(async () => ({
  default: (await import('../screens/canaries/canaries-screen.tsx')).CanariesScreen,
}))

const LedgerScreen = lazy(async () => ({
  default: (await import('../screens/ledger/ledger-screen.tsx')).LedgerScreen,
}))

const MyActsScreen = lazy(async () => ({
  default: (await import('../screens/me/my-acts-screen.tsx')).MyActsScreen,
}))

const QueriesScreen = lazy(async () => ({
  default: (await import('../screens/queries/queries-screen.tsx')).QueriesScreen,
}))

const ApprovalsScreen = lazy(async () => ({
  default: (await import('../screens/approvals/approvals-screen.tsx')).ApprovalsScreen,
}))

const ApprovalScreen = lazy(async () => ({
  default: (await import('../screens/approvals/approval-screen.tsx')).ApprovalScreen,
}))

const EmergenciesScreen = lazy(async () => ({
  default: (await import('../screens/emergencies/emergencies-screen.tsx')).EmergenciesScreen,
}))

const AccountScreen = lazy(async () => ({
  default: (await import('../screens/account/account-screen.tsx')).AccountScreen,
}))

const WalkScreen = lazy(async () => ({
  default: (await import('../screens/walk/walk-screen.tsx')).WalkScreen,
}))

const PeopleScreen = lazy(async () => ({
  default: (await import('../screens/people/people-screen.tsx')).PeopleScreen,
}))

const PersonScreen = lazy(async () => ({
  default: (await import('../screens/people/person-screen.tsx')).PersonScreen,
}))

const StaffImportScreen = lazy(async () => ({
  default: (await import('../screens/people/staff-import-screen.tsx')).StaffImportScreen,
}))

const ChangesScreen = lazy(async () => ({
  default: (await import('../screens/changes/changes-screen.tsx')).ChangesScreen,
}))

const ChangeScreen = lazy(async () => ({
  default: (await import('../screens/changes/change-screen.tsx')).ChangeScreen,
}))

/** The whole page: who is signed in decides between the sign-in form and the frame. */
export function App() {
  const { language } = usePreferences()
  return (
    <I18nProvider locale={language === 'en' ? 'en-US' : 'zh-TW-u-ca-roc'}>
      <RouterProvider navigate={(href) => navigate(href)}>
        <SignedInOrNot />
        <Toasts />
      </RouterProvider>
    </I18nProvider>
  )
}

function SignedInOrNot() {
  const me = useQuery(meQuery)
  if (me.data) return <Signed me={me.data} />
  const code = me.error instanceof ProblemError ? me.error.problem.code : undefined
  if (code === 'passkey-needed') return <FinishSignIn step="passkey" />
  if (code === 'first-passkey-needed') return <FinishSignIn step="first-passkey" />
  if (code === 'password-change-needed') return <FinishSignIn step="password" />
  if (me.error instanceof ProblemError && me.error.status === 401) return <SignInScreen />
  if (me.isError) return <ErrorState error={me.error} onRetry={() => void me.refetch()} />
  return <Loading />
}

function Signed({ me }: { readonly me: Me }) {
  const { path } = useLocation()
  return (
    <Frame me={me}>
      <Suspense fallback={<Loading />}>
        <CurrentScreen me={me} route={matchRoute(path)} />
      </Suspense>
    </Frame>
  )
}

/** The action of the permission table each screen asks for. */
const NEEDS: Partial<Record<Route['screen'], string>> = {
  guide: 'guide.view',
  verdicts: 'verdict.list',
  access: 'access.view',
  rules: 'rule.view',
  policies: 'rule.view',
  imports: 'import.view',
  import: 'import.view',
  'new-import': 'import.run',
  trace: 'gate.trace',
  canaries: 'canary.manage',
  ledger: 'ledger.view',
  queries: 'gate.look',
  approvals: 'gate.approve',
  approval: 'gate.approve',
  emergencies: 'gate.reviews',
  people: 'people.view',
  person: 'people.view',
  'staff-import': 'people.manage',
  changes: 'change.view',
  change: 'change.view',
}

function CurrentScreen({ me, route }: { readonly me: Me; readonly route: Route }) {
  // Who has no day here (a citizen) begins with his own record.
  if (route.screen === 'today' && !me.may.includes('today.view')) return <MyActsScreen />
  const needed = NEEDS[route.screen]
  if (needed && !me.may.includes(needed)) return <NotAllowed me={me} />
  switch (route.screen) {
    case 'today':
      return <TodayScreen me={me} />
    case 'guide':
      return <GuideScreen />
    case 'verdicts':
      return <VerdictsScreen me={me} />
    case 'access':
      return <AccessScreen id={route.id} key={route.id} />
    case 'rules':
      return <RulesScreen me={me} />
    case 'policies':
      return <PoliciesScreen me={me} />
    case 'imports':
      return <ImportsScreen me={me} />
    case 'import':
      return <ImportScreen id={route.id} key={route.id} me={me} />
    case 'new-import':
      return <NewImportScreen />
    case 'settings':
      return <SettingsScreen />
    case 'canaries':
      return <CanariesScreen />
    case 'ledger':
      return <LedgerScreen me={me} />
    case 'queries':
      return <QueriesScreen me={me} />
    case 'approvals':
      return <ApprovalsScreen />
    case 'approval':
      return <ApprovalScreen id={route.id} key={route.id} />
    case 'emergencies':
      return <EmergenciesScreen me={me} />
    case 'account':
      return <AccountScreen />
    case 'changes':
      return <ChangesScreen />
    case 'change':
      return <ChangeScreen id={route.id} me={me} key={route.id} />
    case 'my-acts':
      return <MyActsScreen />
    case 'people':
      return <PeopleScreen me={me} />
    case 'person':
      return <PersonScreen agency={route.agency} person={route.id} key={`${route.agency} ${route.id}`} />
    case 'staff-import':
      return <StaffImportScreen />
    case 'trace':
      return <TraceScreen />
    case 'walk':
      return <WalkScreen me={me} />
    case 'not-found':
      return <NotFound />
  }
}
