/** Names of what is measured, by the registry's property codes. */
export default {
  water_temperature: '水温', ph: 'pH', do: '溶解氧', ec: '电导率', turbidity: '浊度', codmn: '高锰酸盐指数',
  cod: '化学需氧量', bod5: '五日生化需氧量', nh3n: '氨氮', tp: '总磷', tn: '总氮', chla: '叶绿素a', algae: '藻密度',
  toc: '总有机碳', suspended_solids: '悬浮物', dissolved_solids: '溶解性总固体', colour: '色度', redox: '氧化还原电位',
  copper: '铜', zinc: '锌', fluoride: '氟化物', selenium: '硒', arsenic: '砷', mercury: '汞', cadmium: '镉',
  chromium6: '六价铬', lead: '铅', cyanide: '氰化物', phenol: '挥发酚', petroleum: '石油类', surfactant: '阴离子表面活性剂',
  sulphide: '硫化物', faecal_coliform: '粪大肠菌群', sulphate: '硫酸盐', chloride: '氯化物', nitrate: '硝酸盐',
  nitrite: '亚硝酸盐', iron: '铁', manganese: '锰', nickel: '镍', chromium: '总铬', level: '水位', flow: '流量',
  velocity: '流速', volume: '累计水量', rain: '降水量', rain_total: '累计降水量', evaporation: '蒸发量',
  air_temperature: '气温', humidity: '湿度', air_pressure: '气压', wind_speed: '风速', wind_direction: '风向',
  soil_moisture: '土壤含水率', groundwater_depth: '地下水埋深', gate_opening: '闸门开度', sediment: '含沙量', voltage: '电源电压',
  pm25: 'PM2.5', pm10: 'PM10', so2: '二氧化硫', no2: '二氧化氮', o3: '臭氧', co: '一氧化碳',
}
