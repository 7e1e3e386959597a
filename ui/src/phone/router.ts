import { createRouter, createWebHistory } from 'vue-router'

import CasePage from './pages/CasePage.vue'
import CasesPage from './pages/CasesPage.vue'
import DayPage from './pages/DayPage.vue'
import MePage from './pages/MePage.vue'
import PatrolPage from './pages/PatrolPage.vue'
import QueuePage from './pages/QueuePage.vue'
import ReportPage from './pages/ReportPage.vue'
import SignInPage from './pages/SignInPage.vue'
import WalkPage from './pages/WalkPage.vue'
import { meet, who } from './who'

/** Every page is in the first file: without signal there is no second one to fetch. */
export function makeRouter() {
  const router = createRouter({
    history: createWebHistory('/m'),
    routes: [
      { path: '/', name: 'day', component: DayPage },
      { path: '/walk', name: 'walk', component: WalkPage },
      { path: '/report', name: 'report', component: ReportPage },
      { path: '/cases', name: 'cases', component: CasesPage },
      { path: '/case/:id', name: 'case', component: CasePage },
      { path: '/patrol/:id', name: 'patrol', component: PatrolPage },
      { path: '/queue', name: 'queue', component: QueuePage },
      { path: '/me', name: 'me', component: MePage },
      { path: '/signin', name: 'signin', component: SignInPage },
      { path: '/:rest(.*)*', redirect: '/' },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  })
  router.beforeEach(async (to) => {
    // somebody who signed in at a desk, by a link or by a code is known to the server before the phone knows them
    if ((!who.user || to.query.switch) && who.standing === 'unknown') await meet().catch(() => undefined)
    if (to.query.switch) return { path: to.path }
    return who.user || to.name === 'signin' ? true : { name: 'signin' }
  })
  return router
}
