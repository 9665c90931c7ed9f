"""What `holin certificates` prints for people, in both languages."""

from __future__ import annotations

TEXTS_CERTIFICATES: dict[str, tuple[str, str]] = {
    "step.issue": ("issuing certificates", "签发证书"),
    "step.storage": ("following the storages", "追踪储能"),
    "step.retire": ("retiring hour by hour", "逐时核销"),
    "step.verify": ("verifying", "核验"),
    "step.backup": ("saving", "备份"),
    "step.restore": ("restoring", "恢复"),
    "certificates.kind.demo": (
        "DEMO ledger: made from computed runs. Its certificates prove nothing and must not be sold.",
        "演示账本：由计算结果生成，证书不具证明效力，不得出售。",
    ),
    "certificates.kind.metered": ("Metered ledger: made from meter readings.", "实测账本：由电能表读数生成。"),
    "certificates.made": (
        "New ledger {path}, issuer {operator}. Its private key stands beside it (.key): keep it apart, and "
        "keep a copy.",
        "已建立账本 {path}，签发方 {operator}。私钥文件（.key）在其旁：请另行保管并备份。",
    ),
    "certificates.issued": ("Issued: {mwh} MWh in {count} certificates", "已签发 {mwh} MWh，证书 {count} 张"),
    "certificates.device": ("device", "设备"),
    "certificates.carried": ("carried, MWh", "结转 MWh"),
    "certificates.known_intervals": (
        "{count} intervals stood in the ledger with the same values; nothing was issued again.",
        "{count} 个时段已在账本中且数值相同，未重复签发。",
    ),
    "certificates.differing_intervals": (
        "{count} intervals stand in the ledger with other values and were left: --correct REASON corrects them.",
        "{count} 个时段在账本中数值不同，未改动；用 --correct 原因 更正。",
    ),
    "certificates.unknown_intervals": (
        "{count} intervals of devices are not known; nothing was issued for them.",
        "{count} 个设备时段无数据，未签发。",
    ),
    "certificates.withheld": (
        "Not issued: {mwh} MWh, for the meter says: {reason}",
        "未签发 {mwh} MWh，计量标志：{reason}",
    ),
    "certificates.set_off": ("Set off against earlier over-issue: {mwh} MWh", "抵扣此前多签发：{mwh} MWh"),
    "certificates.corrected": (
        "Corrected: {issued_mwh} MWh issued on top, {withdrawn_mwh} withdrawn, {owed_mwh} owed (they had left "
        "the producer), {set_off_mwh} of what is owed set off",
        "已更正：补签 {issued_mwh} MWh，撤回 {withdrawn_mwh}，待抵扣 {owed_mwh}（已离开生产方），已抵扣 {set_off_mwh}",
    ),
    "certificates.storage": ("Storage ({method})", "储能（{method}）"),
    "certificates.method.fifo": ("first in, first out", "先进先出"),
    "certificates.method.pro_rata": ("pro rata", "按比例"),
    "certificates.storage.charged_mwh": ("charged with certificates", "充电（有证书）"),
    "certificates.storage.charged_without_mwh": ("charged without", "充电（无证书）"),
    "certificates.storage.issued_mwh": ("discharged with certificates", "放电（有证书）"),
    "certificates.storage.lost_mwh": ("lost of what had certificates", "损耗（有证书部分）"),
    "certificates.storage.discharged_without_mwh": ("discharged without", "放电（无证书）"),
    "certificates.bundled": ("GECs of {month}, account {account}", "{month} 绿证，账户 {account}"),
    "certificates.transferred": (
        "{mwh} MWh handed from {source} to {target}",
        "已从 {source} 划转 {mwh} MWh 至 {target}",
    ),
    "certificates.retired": (
        "{mwh} MWh of {account} retired for {beneficiary}, for good",
        "已为 {beneficiary} 核销 {account} 的 {mwh} MWh，不可撤销",
    ),
    "certificates.retired_run": (
        "Retired hour by hour: {mwh} MWh in {count} certificates",
        "已逐时核销 {mwh} MWh，证书 {count} 张",
    ),
    "certificates.reserved": (
        "{mwh} MWh of {account} set aside for {beneficiary}",
        "已为 {beneficiary} 预留 {account} 的 {mwh} MWh",
    ),
    "certificates.released": (
        "Given back: what {account} had set aside for {beneficiary}",
        "已释放 {account} 为 {beneficiary} 预留的证书",
    ),
    "certificates.released.nothing": (
        "{account} has set nothing aside for {beneficiary}",
        "{account} 没有为 {beneficiary} 预留证书",
    ),
    "certificates.split": (
        "Certificate {number} cut in two, one of {mwh} MWh",
        "证书 {number} 已拆分，其一为 {mwh} MWh",
    ),
    "certificates.expired": ("Ended: all certificates whose validity is over", "已失效：全部超过有效期的证书"),
    "certificates.expired.nothing": ("No certificate's validity is over", "没有超过有效期的证书"),
    "certificates.entry": ("entry {number}, hash {hash}", "第 {number} 笔，哈希 {hash}"),
    "certificates.ledger": ("Ledger {path}, issuer {operator}, id {id}", "账本 {path}，签发方 {operator}，编号 {id}"),
    "certificates.devices": ("Devices", "设备"),
    "certificates.balances": ("What accounts hold", "账户持有"),
    "certificates.column.device": ("device", "设备"),
    "certificates.column.source": ("source", "能源"),
    "certificates.column.capacity": ("MW", "容量 MW"),
    "certificates.column.account": ("account", "账户"),
    "certificates.column.interval": ("interval", "时段"),
    "certificates.column.state": ("state", "状态"),
    "certificates.column.lot_kind": ("kind", "类别"),
    "certificates.column.mwh": ("MWh", "电量 MWh"),
    "certificates.column.certificates": ("certificates", "证书数"),
    "certificates.column.enterprise": ("enterprise", "企业"),
    "certificates.column.green_used": ("green used, MWh", "绿电用量 MWh"),
    "certificates.column.uncovered": ("not covered, MWh", "未覆盖 MWh"),
    "certificates.column.made_at": ("made at", "发电时间"),
    "certificates.column.through": ("through storage", "经储能"),
    "certificates.column.discharged_at": ("given out at", "放电时间"),
    "certificates.column.certificate": ("no.", "证书"),
    "certificates.column.when": ("when", "时间"),
    "certificates.column.entry": ("entry", "账目"),
    "certificates.column.beneficiary": ("for", "受益方"),
    "certificates.column.spent_by": ("spent by", "转出账目"),
    "certificates.state.active": ("active", "有效"),
    "certificates.state.reserved": ("reserved", "预留"),
    "certificates.state.retired": ("retired", "已核销"),
    "certificates.state.expired": ("expired", "已失效"),
    "certificates.state.withdrawn": ("withdrawn", "已撤回"),
    "certificates.state.stored": ("in a storage", "储能中"),
    "certificates.state.lost": ("lost in a storage", "储能损耗"),
    "certificates.state.converted": ("became others", "已转换"),
    "certificates.lot.generation": ("generation", "发电"),
    "certificates.lot.discharge": ("storage discharge", "储能放电"),
    "certificates.lot.gec": ("GEC", "绿证"),
    "certificates.lot_line.generation": (
        "Lot {number}: {mwh} MWh made by {device} ({source}) in the interval from {hour}; meter: {out} out, "
        "{into} in; issued in entry {entry}, valid until {expires}",
        "批次 {number}：{device}（{source}）自 {hour} 时段发电 {mwh} MWh；"
        "电能表：出 {out}，入 {into}；第 {entry} 笔签发，有效至 {expires}",
    ),
    "certificates.lot_line.discharge": (
        "Lot {number}: {mwh} MWh given out by {device} in the interval from {hour} (meter: {out} out), from "
        "lot {origins}; issued in entry {entry}, valid until {expires}",
        "批次 {number}：{device} 自 {hour} 时段放电 {mwh} MWh（电能表：出 {out}），"
        "来自批次 {origins}；第 {entry} 笔签发，有效至 {expires}",
    ),
    "certificates.lot_line.gec": (
        "Lot {number}: GECs of {mwh} MWh of {device}, the first hour from {hour}, made of lots "
        "{origins} …; entry {entry}, valid until {expires}",
        "批次 {number}：{device} 绿证 {mwh} MWh，首个时段 {hour}，"
        "由批次 {origins} 等组成；第 {entry} 笔，有效至 {expires}",
    ),
    "certificates.version": (
        "  corrected in entry {entry}, version {version}: {out} out, {into} in",
        "  第 {entry} 笔更正，第 {version} 版：出 {out}，入 {into}",
    ),
    "certificates.more_steps": (
        "  and {count} more certificates of this lot: --json",
        "  该批次另有 {count} 张证书：--json",
    ),
    "certificates.more_lots": ("and {count} more lots: --json", "另有 {count} 个批次：--json"),
    "certificates.checked_entries": (
        "The answer rests on {count} entries; each was held against its hash and signature.",
        "以上依据 {count} 笔账目，均已核对哈希和签名。",
    ),
    "certificates.claim": ("Retired for {beneficiary}: {mwh} MWh, made by", "为 {beneficiary} 核销 {mwh} MWh，来自"),
    "certificates.verified": (
        "{entries} entries, {measurements} measurements, {certificates} certificates; hash of the last entry {hash}",
        "账目 {entries} 笔，计量 {measurements} 条，证书 {certificates} 张；末笔哈希 {hash}",
    ),
    "certificates.where": ("Where all Wh that were ever issued are now", "全部已签发电量的去向"),
    "certificates.owed": (
        "{device} was issued {mwh} MWh too much before a correction; its next issues are smaller by that",
        "{device} 更正前多签发 {mwh} MWh，将在以后签发中抵扣",
    ),
    "certificates.whole": (
        "All is well: every entry has its hash and signature, L1 to L7 hold, and the head file fits.",
        "核验通过：各笔哈希与签名无误，L1 至 L7 成立，账本头文件一致。",
    ),
    "certificates.not_whole": (
        "NOT well: see above. Restore the last backup with `holin certificates restore`.",
        "核验未通过：见上。请用 `holin certificates restore` 恢复最近的备份。",
    ),
    "certificates.key_apart": (
        "The key stays where it is: name it with --key {path} or HOLIN_LEDGER_KEY to write into this ledger.",
        "私钥仍在原处：写入该账本时请用 --key {path} 或 HOLIN_LEDGER_KEY 指明。",
    ),
    "certificates.saved": (
        "Saved to {path}: {entries} entries, {certificates} certificates, hash {hash}",
        "已备份至 {path}：账目 {entries} 笔，证书 {certificates} 张，哈希 {hash}",
    ),
    "certificates.restored": (
        "Restored to {path}: {entries} entries, {certificates} certificates, hash {hash}",
        "已恢复至 {path}：账目 {entries} 笔，证书 {certificates} 张，哈希 {hash}",
    ),
    "certificates.entry_kind.issue": ("issue", "签发"),
    "certificates.entry_kind.correct": ("correct", "更正"),
    "certificates.entry_kind.split": ("split", "拆分"),
    "certificates.entry_kind.transfer": ("transfer", "划转"),
    "certificates.entry_kind.reserve": ("reserve", "预留"),
    "certificates.entry_kind.release": ("release", "释放"),
    "certificates.entry_kind.retire": ("retire", "核销"),
    "certificates.entry_kind.expire": ("expire", "失效"),
    "certificates.entry_kind.charge": ("charge", "充电"),
    "certificates.entry_kind.discharge": ("discharge", "放电"),
    "certificates.entry_kind.bundle": ("bundle", "合并绿证"),
}
