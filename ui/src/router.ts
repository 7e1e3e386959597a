import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'

import { useSession } from './stores/session'

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's title. */
    title: string
    /** Open to people who have not signed in. */
    open?: boolean
    night?: boolean
    /** The stage in the navigation that this page belongs to. */
    stage?: string
    /** The page's own place among the pages of its stage. */
    tab?: string
    /** No frame around the page: the wall. */
    bare?: boolean
    /** Fills the window and does not scroll on a desk. */
    full?: boolean
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/today' },
  { path: '/signin', name: 'signin', component: () => import('./pages/SignIn.vue'), meta: { title: 'signin.title', open: true } },
  { path: '/today', name: 'today', component: () => import('./pages/Today.vue'), meta: { title: 'nav.today', stage: 'today' } },
  { path: '/map', name: 'map', component: () => import('./pages/MapPage.vue'), meta: { title: 'nav.map', stage: 'map', full: true } },
  { path: '/cloud', name: 'cloud', component: () => import('./pages/Cloud.vue'), meta: { title: 'cloud.title', stage: 'cloud', tab: 'cloud' } },
  { path: '/section/:code', name: 'section', component: () => import('./pages/Section.vue'), meta: { title: 'kind.section', stage: 'cloud' } },
  { path: '/section/:code/year', name: 'section-year', component: () => import('./pages/SectionYear.vue'), meta: { title: 'year.open', stage: 'cloud' } },
  { path: '/station/:code', name: 'station', component: () => import('./pages/Station.vue'), meta: { title: 'kind.station', stage: 'cloud' } },
  { path: '/alert/:id', name: 'alert', component: () => import('./pages/Alert.vue'), meta: { title: 'kind.alert', stage: 'cloud', night: true } },
  { path: '/air', name: 'air', component: () => import('./pages/Air.vue'), meta: { title: 'air.title', stage: 'cloud', tab: 'air' } },
  { path: '/dischargers', name: 'dischargers', component: () => import('./pages/Dischargers.vue'), meta: { title: 'dischargers.title', stage: 'cloud', tab: 'dischargers' } },
  { path: '/discharger/:code', name: 'discharger', component: () => import('./pages/Discharger.vue'), meta: { title: 'dischargers.title', stage: 'cloud', tab: 'dischargers' } },
  { path: '/rankings', name: 'rankings', component: () => import('./pages/Rankings.vue'), meta: { title: 'rankings.title', stage: 'cloud', tab: 'rankings' } },
  { path: '/cases', name: 'cases', component: () => import('./pages/Cases.vue'), meta: { title: 'cases.title', stage: 'ground', tab: 'cases' } },
  { path: '/citizens', name: 'citizens', component: () => import('./pages/Citizens.vue'), meta: { title: 'citizens.title', stage: 'ground', tab: 'citizens' } },
  { path: '/signs', name: 'signs', component: () => import('./pages/Signs.vue'), meta: { title: 'signs.title', stage: 'ground', tab: 'signs' } },
  { path: '/p', name: 'public', component: () => import('./pages/PublicHome.vue'), meta: { title: 'public.home', open: true, bare: true } },
  { path: '/p/report', name: 'public-report', component: () => import('./pages/PublicReport.vue'), meta: { title: 'public.report', open: true, bare: true } },
  { path: '/p/receipt', redirect: '/p' },
  { path: '/p/receipt/:number', name: 'public-receipt', component: () => import('./pages/PublicReceipt.vue'), meta: { title: 'public.progress', open: true, bare: true } },
  { path: '/p/survey/:sign', name: 'public-survey', component: () => import('./pages/PublicSurvey.vue'), meta: { title: 'public.survey', open: true, bare: true } },
  { path: '/p/:sign', name: 'public-sign', component: () => import('./pages/PublicSign.vue'), meta: { title: 'public.about', open: true, bare: true } },
  { path: '/open', name: 'open', component: () => import('./pages/OpenData.vue'), meta: { title: 'open.title', open: true, bare: true } },
  { path: '/chiefs', name: 'chiefs', component: () => import('./pages/Chiefs.vue'), meta: { title: 'tree.title', stage: 'ground', tab: 'chiefs' } },
  { path: '/chief/:code/duty', name: 'duty', component: () => import('./pages/Duty.vue'), meta: { title: 'duty.title', stage: 'ground', tab: 'chiefs' } },
  { path: '/changes', name: 'changes', component: () => import('./pages/Changes.vue'), meta: { title: 'changes.title', stage: 'ground', tab: 'changes' } },
  { path: '/hand-over/:id', name: 'hand-over', component: () => import('./pages/HandOver.vue'), meta: { title: 'handover.protocol', stage: 'ground', tab: 'changes' } },
  { path: '/land-use', name: 'land-use', component: () => import('./pages/LandUse.vue'), meta: { title: 'land.title', stage: 'ground', tab: 'landuse' } },
  { path: '/river/:code', name: 'river', component: () => import('./pages/River.vue'), meta: { title: 'river.title', stage: 'map' } },
  { path: '/patrols', name: 'patrols', component: () => import('./pages/Patrols.vue'), meta: { title: 'patrols.title', stage: 'ground', tab: 'patrols' } },
  { path: '/patrol/:id', name: 'patrol', component: () => import('./pages/PatrolPage.vue'), meta: { title: 'kind.patrol', stage: 'ground', tab: 'patrols' } },
  { path: '/rules', name: 'rules', component: () => import('./pages/Rules.vue'), meta: { title: 'rules.title', stage: 'ground', tab: 'rules' } },
  { path: '/rules/:id', name: 'rule', component: () => import('./pages/RulePage.vue'), meta: { title: 'rules.title', stage: 'ground', tab: 'rules' } },
  { path: '/cases/import', name: 'cases-import', component: () => import('./pages/ImportProblems.vue'), meta: { title: 'problems.title', stage: 'ground', tab: 'cases' } },
  { path: '/letters', name: 'letters', component: () => import('./pages/Letters.vue'), meta: { title: 'letters.title', stage: 'ground', tab: 'letters' } },
  { path: '/letter/:id', name: 'letter', component: () => import('./pages/LetterPage.vue'), meta: { title: 'letters.title', stage: 'ground', tab: 'letters' } },
  { path: '/hotlines', name: 'hotlines', component: () => import('./pages/Hotlines.vue'), meta: { title: 'hotlines.title', stage: 'ground', tab: 'hotlines' } },
  { path: '/meetings', name: 'meetings', component: () => import('./pages/Meetings.vue'), meta: { title: 'meetings.title', stage: 'ground', tab: 'meetings' } },
  { path: '/case/:id', name: 'case', component: () => import('./pages/Case.vue'), meta: { title: 'kind.case', stage: 'ground' } },
  { path: '/sky', name: 'sky', component: () => import('./pages/Sky.vue'), meta: { title: 'sky.title', stage: 'sky' } },
  { path: '/mission/:id', name: 'mission', component: () => import('./pages/Mission.vue'), meta: { title: 'kind.mission', stage: 'sky' } },
  { path: '/govern', name: 'govern', component: () => import('./pages/Govern.vue'), meta: { title: 'govern.title', stage: 'govern', tab: 'govern' } },
  { path: '/projects', name: 'projects', component: () => import('./pages/Projects.vue'), meta: { title: 'projects.title', stage: 'govern', tab: 'projects' } },
  { path: '/project/:code', name: 'project', component: () => import('./pages/ProjectPage.vue'), meta: { title: 'govern.project', stage: 'govern', tab: 'projects' } },
  { path: '/targets', name: 'targets', component: () => import('./pages/Targets.vue'), meta: { title: 'targets.title', stage: 'govern', tab: 'targets' } },
  { path: '/target/:id', name: 'target', component: () => import('./pages/TargetPage.vue'), meta: { title: 'targets.target', stage: 'govern', tab: 'targets' } },
  { path: '/sheets', name: 'sheets', component: () => import('./pages/Sheets.vue'), meta: { title: 'sheets.title', stage: 'govern', tab: 'sheets' } },
  { path: '/sheet/:code', name: 'sheet', component: () => import('./pages/SheetPage.vue'), meta: { title: 'govern.sheet', stage: 'govern', tab: 'sheets' } },
  { path: '/reports', name: 'reports', component: () => import('./pages/Reports.vue'), meta: { title: 'reports.title', stage: 'govern', tab: 'reports' } },
  { path: '/twin', name: 'twin', component: () => import('./pages/Twin.vue'), meta: { title: 'twin.title', stage: 'govern', tab: 'twin' } },
  { path: '/twin/profile', name: 'twin-profile', component: () => import('./pages/TwinProfile.vue'), meta: { title: 'twin.profile', stage: 'govern', tab: 'twin' } },
  { path: '/twin/hydrograph', name: 'twin-hydrograph', component: () => import('./pages/TwinHydrograph.vue'), meta: { title: 'twin.hydrograph', stage: 'govern', tab: 'twin' } },
  { path: '/twin/capacity', name: 'twin-capacity', component: () => import('./pages/TwinCapacity.vue'), meta: { title: 'capacity.title', stage: 'govern', tab: 'twin' } },
  { path: '/twin/skill', name: 'twin-skill', component: () => import('./pages/TwinSkill.vue'), meta: { title: 'twin.skill', stage: 'govern', tab: 'twin' } },
  { path: '/score/:id', name: 'score', component: () => import('./pages/Score.vue'), meta: { title: 'govern.sheet', stage: 'govern' } },
  { path: '/wall', name: 'wall', component: () => import('./pages/Wall.vue'), meta: { title: 'nav.wall', night: true, bare: true } },
  { path: '/explain/:id', name: 'explain', component: () => import('./pages/Explain.vue'), meta: { title: 'explain.title' } },
  { path: '/enter', name: 'enter', component: () => import('./pages/Enter.vue'), meta: { title: 'entry.linkTitle', open: true } },
  { path: '/install', name: 'install', component: () => import('./pages/Install.vue'), meta: { title: 'install.title', open: true } },
  { path: '/me', name: 'me', component: () => import('./pages/Me.vue'), meta: { title: 'me.title' } },
  { path: '/messages', name: 'messages', component: () => import('./pages/Messages.vue'), meta: { title: 'post.title' } },
  { path: '/people', name: 'people', component: () => import('./pages/People.vue'), meta: { title: 'people.title' } },
  { path: '/health', name: 'health', component: () => import('./pages/Health.vue'), meta: { title: 'health.title' } },
  { path: '/:rest(.*)*', name: 'lost', component: () => import('./pages/Lost.vue'), meta: { title: 'lost.title', open: true } },
]

export function makeRouter() {
  const router = createRouter({
    history: createWebHistory('/'),
    routes,
    scrollBehavior: (to, from, saved) => (to.path === from.path ? false : (saved ?? { top: 0 })),
  })

  router.beforeEach(async (to) => {
    const session = useSession()
    if (!session.session) {
      try {
        await session.load()
      } catch {
        // the page itself says what is wrong; without a session only open pages show
      }
    }
    if (to.name === 'signin' && session.user) return { name: 'today' }
    if (!to.meta.open && !session.user) return { name: 'signin', query: to.path === '/today' ? {} : { next: to.fullPath } }
    return true
  })
  return router
}
