import { useRoute, useRouter } from 'vue-router'

const DAY = /^\d{4}-\d{2}-\d{2}$/

/** What a page keeps in its address, so that a link shows the same again: read as text or day, set one by one. */
export function useQuery() {
  const route = useRoute()
  const router = useRouter()
  const text = (key: string): string => String(route.query[key] ?? '')
  const day = (key: string): string => (DAY.test(text(key)) ? text(key) : '')
  function set(key: string, value: string): void {
    const query = { ...route.query }
    if (value) query[key] = value
    else delete query[key]
    void router.replace({ query })
  }
  return { text, day, set }
}
