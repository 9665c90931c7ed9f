/** The parts of ECharts that the charts are made of: a canvas on screens, SVG on paper. Fetched when the first chart comes into sight. */
import { BarChart, HeatmapChart, LineChart, SankeyChart } from 'echarts/charts';
import { GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers';

use([
  BarChart, HeatmapChart, LineChart, SankeyChart, GridComponent, TooltipComponent, VisualMapComponent, CanvasRenderer, SVGRenderer,
]);

export { init };
