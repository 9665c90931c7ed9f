"""What `holin plan` prints for people, in both languages."""

from __future__ import annotations

TEXTS_PLAN: dict[str, tuple[str, str]] = {
    "step.model": ("writing the problem", "建立模型"),
    "step.solve": ("finding the least cost", "求解最优方案"),
    "step.conflict": ("finding what conflicts", "查找相互冲突的规则"),
    "step.reinforce": ("reinforcing the grid", "电网加强"),
    "plan.grid": (
        "The grid with any one branch or unit out, and its short circuits",
        "电网校核：任一支路或机组停运、短路",
    ),
    "plan.grid.secure": ("carries the plan", "满足规划"),
    "plan.grid.alone": ("without reinforcement", "不加强时"),
    "plan.grid.cases": ("outage cases solved (AC)", "停运算例（交流）"),
    "plan.grid.caused": ("new or worse by the plan", "规划新增或加重"),
    "plan.grid.left": ("of these left", "其中未消除"),
    "plan.grid.before": ("there before", "原已存在"),
    "plan.grid.yes_but": ("yes, but {count} there before remain", "是，但原有 {count} 处仍在"),
    "plan.grid.stood": (
        "{year}: violations that stood before the plan, or that the park's own stages bring, and that it does not "
        "cure: {count}, the first {words}",
        "{year}年：规划之前已存在（或园区自身阶段带来）、规划也未消除的越限：{count} 处，第一处为{words}",
    ),
    "plan.grid.cost": ("reinforcement, million (assumed)", "加强投资（百万，假定）"),
    "plan.grid.line": (
        "{year}: a parallel circuit beside {of}, {size} {unit}, {cost} million {currency}; order by {day}",
        "{year}年：{of}增建并列线路{size} {unit}，{cost}百万{currency}，须于{day}前启动",
    ),
    "plan.grid.transformer": (
        "{year}: a transformer beside {of}, {size} {unit}, {cost} million {currency}; order by {day}",
        "{year}年：{of}增装并列变压器{size} {unit}，{cost}百万{currency}，须于{day}前启动",
    ),
    "plan.grid.svg": (
        "{year}: a static var generator at {of}, {size} {unit}, {cost} million {currency}; order by {day}",
        "{year}年：{of}加装SVG {size} {unit}，{cost}百万{currency}，须于{day}前启动",
    ),
    "plan.grid.breakers": (
        "{year}: breakers of {size} {unit} at {of}, {cost} million {currency}; order by {day}",
        "{year}年：{of}更换{size} {unit}断路器，{cost}百万{currency}，须于{day}前启动",
    ),
    "plan.grid.again": (
        "Solved again with these works in the network until the grid asked for no more (rounds: {count}).",
        "已把上述加强措施纳入电网重新求解{count}次，直到不再需要新的措施。",
    ),
    "plan.grid.unsettled": (
        "Not settled: after {count} rounds with such works in the network the grid still asks for works that this plan "
        "did not know.",
        "未收敛：重新求解{count}次后电网仍需其他措施，未再据此求解。",
    ),
    "plan.budget": (
        "{year}: budget {budget} million {currency}, plan {plan}, works of its grid {works}",
        "{year}年：预算{budget}百万{currency}，规划{plan}，电网加强{works}",
    ),
    "plan.budget.over": (
        "{year}: EXCEEDED by {over} million: no plan is left by what the works of the grid cost",
        "{year}年：超出预算{over}百万：扣除电网加强费用后无可行规划",
    ),
    "plan.grid.buses": ("{count} buses ({named})", "{count} 段母线（{named}）"),
    "plan.grid.several": ("{of} ({count} of them)", "{of}（共 {count} 项）"),
    "plan.grid.and_more": ("{named} and {count} more", "{named} 等，另 {count} 段"),
    "plan.grid.stays": ("{year}, not cured: {words}", "{year}年未消除：{words}"),
    "plan.grid.more": ("and {count} more; all of them with --json or -o", "另有{count}项，见--json或-o"),
    "plan.grid.breaker": (
        "short circuit at {bus} {ka} kA, its breakers hold {rated} kA",
        "{bus}短路电流{ka} kA，断路器额定{rated} kA",
    ),
    "plan.title": ("Plan of {park} for {years}, least cost", "{park} {years} 年规划（成本最小）"),
    "plan.built": ("What to build ({currency} of the year)", "建设内容（当年价，{currency}）"),
    "plan.year": ("year", "年份"),
    "plan.what": ("what", "项目"),
    "plan.mw": ("MW (MVA)", "MW（MVA）"),
    "plan.mwh": ("MWh", "容量（MWh）"),
    "plan.stands": ("stands then", "届时合计"),
    "plan.investment": ("investment, million", "投资（百万）"),
    "plan.yearly": ("a year, million", "年费用（百万）"),
    "plan.no_candidates": (
        "The park has no candidates, so there was nothing to choose from: add rows to candidate.csv "
        "(docs/reference/park-folder.md), such as those of the reference parks.",
        "园区没有候选项目，因此无可选择：请在 candidate.csv 中添加（见 docs/reference/park-folder.md），"
        "可参照参考园区。",
    ),
    "plan.nothing": ("Nothing is built: what stands is the cheapest.", "无需新建：现状即成本最低。"),
    "plan.way_out.retire": ("{mw} MW of {element} are retired in {year}", "{year} 年 {element} 退役 {mw} MW"),
    "plan.way_out.retrofit": ("{mw} MW of {element} are refitted in {year}", "{year} 年 {element} 改造 {mw} MW"),
    "plan.in_hours": ("{label}, in {hours} h", "{label}，{hours} 小时内"),
    "plan.years": ("The years as planned, each operated with its AC grid", "各规划年（含交流潮流校核）"),
    "plan.capacity.wind": ("wind, MW", "风电（MW）"),
    "plan.capacity.solar": ("PV, MW", "光伏（MW）"),
    "plan.capacity.coal": ("captive coal, MW", "自备煤电（MW）"),
    "plan.capacity.storage": ("storage, MW", "储能（MW）"),
    "plan.capacity.storage_mwh": ("storage, MWh", "储能（MWh）"),
    "plan.load": ("load, GWh", "用电量（GWh）"),
    "plan.green": ("wind and PV used, GWh", "风光消纳（GWh）"),
    "plan.share_physical": ("green share, physical", "绿电占比（物理）"),
    "plan.share_annual": ("green share, annual balance", "绿电占比（年度平衡）"),
    "plan.curtailed": ("curtailed", "弃电率"),
    "plan.import": ("import, GWh", "网购电（GWh）"),
    "plan.price": ("all-in price per kWh", "综合电价（每千瓦时）"),
    "plan.co2": ("CO2, thousand t", "碳排放（千吨）"),
    "plan.loading": ("highest loading", "最高负载率"),
    "plan.voltage": ("voltage, p.u.", "电压（标幺）"),
    "plan.settled": ("grid carries it", "电网可承载"),
    "plan.yes": ("yes", "是"),
    "plan.no": ("no", "否"),
    "plan.rules": ("Rules", "规则"),
    "plan.rules.limit": ("limit", "限值"),
    "plan.rules.kept": ("kept by the plan", "规划遵守"),
    "plan.rules.judged": ("only judged", "仅评判"),
    "plan.without_room": (
        "Kept just as asked, for no plan keeps them the {room} better that is room for AC losses: {rules}.",
        "以下规则只按要求值遵守，没有方案能再严 {room}（为交流网损所留的余量）：{rules}。",
    ),
    "plan.flows_leave_no_plan": (
        "This plan does not know the losses and limits of its AC flows, for with them there is none; what its rules "
        "come to stands in the table. {why}",
        "本方案未计其交流潮流的网损与限值，因为计入后没有可行方案；各项规则的实际结果见上表。{why}",
    ),
    "plan.may_break": (
        "Losses may break them: what each year as operated reaches is what counts.",
        "网损可能使其不满足，以各年实际运行结果为准。",
    ),
    "plan.proof": (
        "Proven: with rules kept {room} better than asked, no plan of any sizes costs less than {bound} {currency} in "
        "the planned hours; this one, in whole units, costs {gap} more. {solver}, certified to {certified}, "
        "{seconds} s.",
        "已证明：在规则比要求严 {room} 的条件下，任意容量方案在规划时段内的费用都不低于 {bound} {currency}；"
        "本方案（取整后）高出 {gap}。求解器 {solver}，认证差距 {certified}，{seconds} 秒。",
    ),
    "plan.proof_any": (
        "Proven: with rules kept {room} better than asked, no plan of any sizes costs less than {bound} {currency} in "
        "the planned hours; this one costs {gap} more. {solver}, certified to {certified}, {seconds} s.",
        "已证明：在规则比要求严 {room} 的条件下，任意容量方案在规划时段内的费用都不低于 {bound} {currency}；"
        "本方案高出 {gap}。求解器 {solver}，认证差距 {certified}，{seconds} 秒。",
    ),
    "plan.whole": (
        "Whole units and circuits cost {more} more than sizes of any amount.",
        "取整（整台、整回路）比任意容量多 {more}。",
    ),
    "plan.money": (
        "Money, against the same park with nothing built ({currency})",
        "经济性（与不新建对比，{currency}）",
    ),
    "plan.money.invested": ("invested, with VAT and replacement, million", "总投资（含税，含更新，百万）"),
    "plan.money.irr": ("project IRR after income tax", "项目投资内部收益率（税后）"),
    "plan.money.irr_equity": ("equity IRR", "资本金内部收益率"),
    "plan.money.npv": ("project NPV after income tax, million", "项目净现值（税后，百万）"),
    "plan.money.payback": ("payback, years", "静态投资回收期（年）"),
    "plan.money.dscr": ("least debt service cover", "最低偿债备付率"),
    "plan.money.price_now": ("all-in price per kWh, {year}", "综合电价（每千瓦时，{year}）"),
    "plan.money.price_without": ("the same with nothing built", "其中：不新建时"),
    "plan.money.per_t_metal": ("power per tonne of metal, {year}", "吨铝电力成本（{year}）"),
    "plan.money.co2_less": ("CO2 less a year, thousand t, {year}", "年减碳（千吨，{year}）"),
    "plan.money.abatement": ("cost of a tonne of CO2 less", "减碳成本（每吨）"),
    "plan.money.lcoe_wind": ("LCOE of new wind, per MWh", "新建风电度电成本（每 MWh）"),
    "plan.money.lcoe_solar": ("LCOE of new PV, per MWh", "新建光伏度电成本（每 MWh）"),
    "plan.money.lcoe_storage": ("levelised cost of new storage, per MWh", "新建储能度电成本（每 MWh）"),
    "plan.money.shed": (
        "With nothing built {mwh} MWh of {year} would not be served; the money above counts no worth of them.",
        "不新建时 {year} 年有 {mwh} MWh 无法供应，其价值未计入上述经济性。",
    ),
    "plan.money.no_return": (
        "No NPV, IRR, payback or cost of CO2: with nothing built {share} of {year}'s load would not be served, and "
        "what that is worth is in no price; such a park is nothing to compare with.",
        "不给出净现值、内部收益率、回收期和减碳成本：不新建时 {year} 年有 {share} 的用电无法供应，其价值"
        "不在任何价格中，无从对比。",
    ),
    "plan.money.part": (
        "Only {days} days were planned, scaled up to a year: a look at the method, no basis to decide on money.",
        "仅规划了 {days} 天并折算为全年：只供了解方法，不能作为投资决策依据。",
    ),
    "plan.no_money": ("No money: {why}", "未计算经济性：{why}"),
    "plan.park_faulty": (
        "The plan stands in {path}: report.html, plan.json, cash-flow.xlsx. Its park cannot be read again as it is and "
        "lies there as park-faulty:",
        "规划结果在 {path}：report.html、plan.json、cash-flow.xlsx。规划后的园区无法重新读入，存为 park-faulty：",
    ),
    "plan.written": (
        "The park as planned: {path}/park (holin run, flow, dispatch and draw take it); report.html "
        "to read, plan.json has the figures, cash-flow.xlsx the money",
        "规划后的园区：{path}/park（可直接用于 holin run、flow、dispatch、draw）；report.html 为报告，"
        "plan.json 为全部数据，cash-flow.xlsx 为现金流",
    ),
    "step.sweep": ("planning the scenarios", "逐情景规划"),
    "sweep.title": (
        "Plans of {park} in {done} scenarios ({kept} stood already; {failed} have no plan, {lost} were lost)",
        "{park} 的 {done} 个情景规划（其中 {kept} 个已有结果；{failed} 个无可行方案，{lost} 个未完成）",
    ),
    "sweep.without_room": (
        "In {count} of them some rule is kept just as asked: no plan has the room that is kept for AC losses.",
        "其中 {count} 个情景有规则只按要求值遵守：没有方案能为交流网损留出余量。",
    ),
    "sweep.why": ("{count} without an answer: {words}", "{count} 个情景无结果：{words}"),
    "sweep.spread": ("How far the figures go, without losses", "各指标的分布（不计网损）"),
    "sweep.mattered": ("What {figure} goes with", "{figure} 与各因素的关系"),
    "sweep.sensitivity": (
        "Share of the variance of {figure} that each factor makes (95 % interval)",
        "{figure} 的方差中各因素所占比例（95 % 区间）",
    ),
    "sweep.first": ("alone", "单独"),
    "sweep.total": ("with all interactions", "含全部交互作用"),
    "sweep.missing": (
        "Up to {missing} of {points} base points lack an answer and are left out: the shares hold for what can be "
        "planned.",
        "{points} 个基点中最多有 {missing} 个缺少结果而被剔除：比例只对可以规划的情景成立。",
    ),
    "sweep.no_sensitivity": (
        "No shares: nothing varies, or fewer than 8 base points have all their answers; draw more.",
        "无法给出比例：指标没有变化，或结果齐全的基点少于 8 个，请增加抽样数。",
    ),
    "sweep.factor": ("factor", "因素"),
    "sweep.rank": ("rank correlation", "秩相关"),
    "sweep.little": (
        "These factors explain {explained} of it in a straight line; what else moves it stands in no rank.",
        "上述因素按线性关系只解释其变化的 {explained}；其余影响不在秩相关之中。",
    ),
    "sweep.try_sensitivity": (
        "--sensitivity tells what moves the figures that ranks explain little of, with all interactions; it plans "
        "draws x (factors + 2) scenarios.",
        "秩相关解释不多的指标，可用 --sensitivity 查明其影响因素（含全部交互作用）；需规划 抽样数×（因素数+2）个情景。",
    ),
    "sweep.unranked": (
        "{factors} has no order and is ranked nowhere, though figures may hang on it most: --sensitivity says how "
        "much.",
        "{factors} 没有大小顺序，不作秩相关，但影响可能最大：用 --sensitivity 给出其份额。",
    ),
    "sweep.note": (
        "All figures without losses: sizes of any amount, DC network limits. `holin plan --change …` works out one "
        "scenario with whole units and its AC grid.",
        "以上数据均不计网损：容量为任意值，计直流潮流限值。"
        "`holin plan --change …` 可对任一情景按整台机组与交流潮流细化。",
    ),
    "sweep.written": ("One file per scenario: {path}", "每个情景一个文件：{path}"),
    "sweep.all_in_price_per_kwh": ("all-in price per kWh", "综合电价（每千瓦时）"),
    "sweep.green_share_physical": ("green share, physical", "绿电占比（物理）"),
    "sweep.co2_t": ("CO2, t", "碳排放（吨）"),
    "sweep.investment": ("investment, million", "投资（百万）"),
    "sweep.wind": ("new wind, MW", "新建风电（MW）"),
    "sweep.solar": ("new PV, MW", "新建光伏（MW）"),
    "sweep.storage": ("new storage, MW", "新建储能（MW）"),
    "plan.prices": (
        "What the rules and limits cost at the margin ({currency}; a rule one unit less strict, a branch one MW more)",
        "规则与限值的边际代价（{currency}；规则放宽一个单位、支路增容 1 MW）",
    ),
    "step.rule_costs": ("planning without each rule", "逐条去掉规则重新求解"),
    "plan.rule_costs": (
        "What each rule costs in all: the plan without it is cheaper by so much ({currency})",
        "各项规则的总代价：去掉后规划可节省（{currency}）",
    ),
    "plan.rule": ("rule", "规则"),
    "plan.cost_a_year": ("a year, million", "每年（百万）"),
    "plan.cost_per_tonne": ("per tonne of aluminium", "每吨铝"),
    "plan.cost_per_mwh": ("per MWh of load", "每 MWh 用电"),
    "plan.against": ("This plan beside {name} (then → now)", "本规划与 {name} 对比（前 → 后）"),
    "plan.against.none": ("not asked", "无"),
    "plan.against.asked": ("asked otherwise, {what}: {then} → {now}", "要求不同（{what}）：{then} → {now}"),
    "plan.against.money": (
        "Investment of all years, million {currency}: {invested} → {invested_now}; NPV against nothing built: "
        "{npv} → {npv_now}",
        "各年投资合计（百万{currency}）：{invested} → {invested_now}；净现值（与不新建对比）：{npv} → {npv_now}",
    ),
    "plan.limit": ("rule or limit", "规则或限值"),
    "plan.limit_price": ("saves", "可节省"),
    "plan.slack": ("nothing: it has room", "无代价：有余量"),
    "plan.per.MWh": ("{price} / MWh", "每 MWh {price}"),
    "plan.per.t": ("{price} / t", "每吨 {price}"),
    "plan.per.MW_year": ("{price} / MW a year", "{price} /（MW·年）"),
    "plan.per.MWh_year": ("{price} / MWh a year", "{price} /（MWh·年）"),
    "plan.per.ha_year": ("{price} / ha a year", "{price} /（公顷·年）"),
    "plan.per.currency": ("{price} of each one invested", "每投资 1 可省 {price}"),
    "plan.per_point": ("a percentage point, million a year", "每百分点（百万/年）"),
    "plan.per_tonne": ("of it per tonne of aluminium", "折合每吨铝"),
    "plan.per_mwh": ("of it per MWh of load", "折合每 MWh 用电"),
    "plan.sizing": ("What sizes each asset (sizes of any amount, before whole units)", "各项容量由什么决定（取整前）"),
}
