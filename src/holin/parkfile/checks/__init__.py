"""What may be wrong with a park as read; each check is a function from a draft to a list of faults, by subject."""

from holin.parkfile.checks.all_checks import faults_of_draft

__all__ = ["faults_of_draft"]
