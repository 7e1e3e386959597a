/** A year of air as what the calendar draws. Pure. */
import type { AirDay } from '@/api/air'
import { aqiColour, aqiInk, aqiLevel, aqiNumeral } from '@/theme/aqi'

import type { DayMark } from './calendar'

/** Days that count; a day without enough hours has no index and stays hatched. */
export function airMarks(days: AirDay[], spoken: (day: AirDay, level: number) => string): DayMark[] {
  return days.flatMap((day) => {
    const level = day.level || aqiLevel(day.aqi)
    if (!level || !day.valid) return []
    return [{ day: day.day, colour: aqiColour(level), ink: aqiInk(level), mark: day.dust ? `${aqiNumeral(level)}*` : aqiNumeral(level), spoken: spoken(day, level), missed: level > 2 }]
  })
}
