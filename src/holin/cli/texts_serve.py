"""What `holin serve` prints for people, in both languages."""

from __future__ import annotations

TEXTS_SERVE: dict[str, tuple[str, str]] = {
    "serve.ready": ("Holin is open at {url}", "Holin 已在 {url} 打开"),
    "demo.proofs": (
        "beside it: certificates {path}, {count} passports, a catalogue; all of them from a demo, synthetic",
        "同时生成：绿证账本 {path}、{count} 份产品护照、展品目录；均为演示合成数据",
    ),
    "demo.serve": ("to look at it in a browser: holin serve {path}", "在浏览器中查看：holin serve {path}"),
    "serve.stop": ("Ctrl-C stops it.", "按 Ctrl-C 停止。"),
    "serve.stopped": ("The server has stopped.", "服务已停止。"),
    "serve.open_to_all": (
        "Whoever reaches {host} over the network can read everything that is served: there are no accounts.",
        "凡能通过网络访问 {host} 的人都可读取全部内容：目前没有账户控制。",
    ),
    "serve.not_built": (
        "The page is not built, only the API answers; `make page` builds it.",
        "网页前端尚未构建，仅数据接口可用；`make page` 可构建。",
    ),
}
