/** One way to load: data stays while it is read again, an error is a value, an old answer never beats a newer one. */
import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from 'vue'

import { ApiError } from '@/api/client'

export interface Loaded<T> {
  data: ShallowRef<T | null>
  error: ShallowRef<ApiError | null>
  loading: Ref<boolean>
  refresh: () => Promise<void>
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError(-1, 'page', error instanceof Error ? error.message : String(error))
}

/**
 * Load when the page opens and whenever `deps` change. Where what is asked for changes (`reset`), the old
 * data is dropped so that no page shows another page's numbers.
 */
export function useLoaded<T>(
  fetcher: () => Promise<T>,
  deps: WatchSource[] = [],
  options: { reset?: boolean } = {},
): Loaded<T> {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<ApiError | null>(null)
  const loading = ref(false)
  let turn = 0
  let alive = true
  onScopeDispose(() => (alive = false))

  async function refresh(): Promise<void> {
    const mine = ++turn
    loading.value = true
    try {
      const answer = await fetcher()
      if (!alive || mine !== turn) return
      data.value = answer
      error.value = null
    } catch (failure) {
      if (failure instanceof DOMException && failure.name === 'AbortError') return
      if (alive && mine === turn) error.value = asApiError(failure)
    } finally {
      if (alive && mine === turn) loading.value = false
    }
  }

  watch(
    deps,
    () => {
      if (options.reset) data.value = null
      void refresh()
    },
    { immediate: true },
  )
  return { data, error, loading, refresh }
}
