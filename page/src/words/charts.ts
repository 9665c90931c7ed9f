import type { Both } from '../words';

export const charts = {
  'chart.table': ['表格', 'Table'],
  'chart.csv': ['下载 CSV', 'Download CSV'],
  'chart.first': ['前 {shown} 行，共 {of} 行；全部见 CSV', 'first {shown} rows of {of}; all in the CSV'],
  'chart.time': ['当地时间（{zone}）', 'Local time ({zone})'],
  'chart.timeHead': ['当地时间', 'Local time'],
  'chart.mean': ['日平均', 'daily mean'],
  'chart.band': ['当日最低—最高', 'lowest to highest hour of the day'],

  'period.what': ['分析时段', 'Period'],
  'period.brushed': ['已选时段', 'chosen period'],
  'period.reach': ['时间轴范围', 'reach of the time bar'],
  'period.from': ['起始日', 'First day'],
  'period.to': ['结束日', 'Last day'],
  'period.clear': ['取消选择', 'Clear'],
  'period.how': ['在任一图上拖动即可选择时段，所有图随之联动', 'Drag over any chart to choose a period; all charts follow'],
  'period.hours': ['{hours} 小时', '{hours} h'],
} as const satisfies Record<string, Both>;
