/** Names of what is measured, by the registry's property codes. */
export default {
  water_temperature: 'water temperature', ph: 'pH', do: 'dissolved oxygen', ec: 'conductivity', turbidity: 'turbidity',
  codmn: 'permanganate index', cod: 'chemical oxygen demand', bod5: 'BOD5', nh3n: 'ammonia nitrogen',
  tp: 'total phosphorus', tn: 'total nitrogen', chla: 'chlorophyll a', algae: 'algal density', toc: 'total organic carbon',
  suspended_solids: 'suspended solids', dissolved_solids: 'dissolved solids', colour: 'colour', redox: 'redox potential',
  copper: 'copper', zinc: 'zinc', fluoride: 'fluoride', selenium: 'selenium', arsenic: 'arsenic', mercury: 'mercury',
  cadmium: 'cadmium', chromium6: 'chromium(VI)', lead: 'lead', cyanide: 'cyanide', phenol: 'volatile phenol',
  petroleum: 'petroleum', surfactant: 'anionic surfactant', sulphide: 'sulphide', faecal_coliform: 'faecal coliform',
  sulphate: 'sulphate', chloride: 'chloride', nitrate: 'nitrate', nitrite: 'nitrite', iron: 'iron', manganese: 'manganese',
  nickel: 'nickel', chromium: 'total chromium', level: 'water level', flow: 'flow', velocity: 'velocity', volume: 'volume',
  rain: 'rain', rain_total: 'accumulated rain', evaporation: 'evaporation', air_temperature: 'air temperature',
  humidity: 'humidity', air_pressure: 'air pressure', wind_speed: 'wind speed', wind_direction: 'wind direction',
  soil_moisture: 'soil moisture', groundwater_depth: 'groundwater depth', gate_opening: 'gate opening',
  sediment: 'sediment concentration', voltage: 'supply voltage', pm25: 'PM2.5', pm10: 'PM10', so2: 'sulphur dioxide',
  no2: 'nitrogen dioxide', o3: 'ozone', co: 'carbon monoxide',
}
