"""Users: a person signs in with an e-mail address; there is no user name."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone


def normal_email(email: str) -> str:
    """The one way an address is kept and compared: no spaces around it, lower case."""
    return email.strip().lower()


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Make a user who signs in with `email`; without a password only a reset opens the account."""
        if not normal_email(email):
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        """Make an operator of the installation, who may use the admin pages."""
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True} | fields)

    def get_by_natural_key(self, email: str | None) -> "User":
        return self.get(email=normal_email(email or ""))


class User(AbstractBaseUser, PermissionsMixin):
    email = models.EmailField("e-mail", unique=True, error_messages={"unique": "Există deja un cont cu această adresă."})
    full_name = models.CharField("nume și prenume", max_length=120, blank=True)
    is_active = models.BooleanField("activ", default=True)
    is_staff = models.BooleanField("operator", default=False, help_text="Poate deschide paginile de administrare ale instalării.")
    date_joined = models.DateTimeField("înscris la", default=timezone.now, editable=False)

    objects = UserManager()

    EMAIL_FIELD = USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    class Meta:
        verbose_name = "utilizator"
        verbose_name_plural = "utilizatori"
        constraints = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="user_email_lower_case")]

    def __str__(self) -> str:
        return self.full_name or self.email

    def clean(self) -> None:
        super().clean()
        self.email = normal_email(self.email)

    def save(self, *args: object, **kwargs: object) -> None:
        self.email = normal_email(self.email)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        """The first name if it is known, otherwise what stands before the @."""
        return self.full_name.split(" ")[0] or self.email.partition("@")[0]

    @property
    def initials(self) -> str:
        """One or two letters for the round badge in the frame."""
        words = [word for word in (self.full_name or self.email.partition("@")[0]).replace(".", " ").split() if word]
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()
