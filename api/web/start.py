"""Where each role begins."""

from recommender.domain.viewer import Role

#: Address by role; ``{subject}`` is the record spoken for.
START = {
    Role.ENTERPRISE: "/enterprises/{subject}",
    Role.LEAD_UNIT: "/lead-units/{subject}",
    Role.VENDOR: "/vendors/{subject}",
    Role.DISTRICT: "/board",
    Role.CITY: "/board",
    Role.ADMIN: "/board",
    Role.AUDITOR: "/board",
}
